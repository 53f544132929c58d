import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.ts';
import { DefinitionError } from './errors.ts';

function codeOf(value: unknown): string {
  try {
    return `no error: ${parseDuration(value)}`;
  } catch (error) {
    return (error as DefinitionError).code;
  }
}

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['3d', 259_200_000],
    ['1.5h', 5_400_000],
    ['0.0001s', 0],
    [' 7s ', 7_000],
    ['0s', 0],
    ['12', 12_000],
    [12, 12_000],
    [0.25, 250],
    [0, 0],
    ['36500d', 3_153_600_000_000],
  ])('of %j is %d ms', (value, durationMs) => {
    expect(parseDuration(value)).toBe(durationMs);
  });

  it.each([
    ...[
      '',
      ' ',
      's',
      '10 s',
      '10sec',
      '1h30m',
      '-1s',
      '+1s',
      '1e3s',
      '0x10',
      '１s',
      '10S',
      '36501d',
      '1,5s',
      '.5s',
      '5.',
    ],
    ...[-1, NaN, Infinity, -0.001, 4e9, null, undefined, true, [], {}, ['10s'], '9'.repeat(16)],
    `${'1'.repeat(100_000)}!`,
  ])('is not %j', (value) => {
    expect(codeOf(value)).toBe('DURATION_INVALID');
  });

  it('that is none comes as a DefinitionError which says what was got', () => {
    expect(() => parseDuration('soon')).toThrow(DefinitionError);
    expect(() => parseDuration('soon')).toThrow(/got the text "soon"/);
  });
});
