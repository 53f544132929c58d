import { describe, expect, it } from 'vitest';
import { assertKnown, readSettings, SettingsError } from './settings.ts';

describe('settings', () => {
  it('are those of a full run by default', () => {
    expect(readSettings({ PATH: '/bin' }, 'out')).toMatchObject({ extent: 'full', seed: 1, peers: false, out: 'out' });
  });

  it('take lists and numbers', () => {
    const env = { BENCH_QUICK: '1', BENCH_SCENARIOS: 'a, b', BENCH_ROUNDS: '2', BENCH_SEED: '0' };
    expect(readSettings(env, 'out')).toMatchObject({ extent: 'quick', scenarios: ['a', 'b'], rounds: 2, seed: 0 });
  });

  it.each([
    [{ BENCH_QUIK: '1' }, 'did you mean BENCH_QUICK?'],
    [{ BENCH_QUICK: 'yes' }, 'expected 1 or 0, got "yes"'],
    [{ BENCH_ROUNDS: '0' }, 'expected a whole number from 1'],
  ])('refuse %j', (env, message) => {
    expect(() => readSettings(env, 'out')).toThrow(message);
    expect(() => readSettings(env, 'out')).toThrow(SettingsError);
  });

  it('refuse names that nothing has', () => {
    expect(() => assertKnown('scenario', ['with-item'], ['with-items', 'graph'])).toThrow('did you mean with-items?');
  });
});
