import { describe, expect, it } from 'vitest';
import { eventually, nothingMore } from '../../src/conformance/eventually.ts';
import { mailbox } from '../../src/state-access/mailbox.ts';
import type { StateAccessStrategy } from '../../src/state-access/state-access.ts';
import { setUp } from '../coordinator-setup.ts';
import { startAtMs } from '../core-simulation.ts';

/** Lets nobody in until it is told to. */
function heldUp(): { readonly strategy: StateAccessStrategy; readonly held: (() => void)[] } {
  const held: (() => void)[] = [];
  const strategy: StateAccessStrategy = (options) => {
    const access = mailbox()(options);
    return {
      post: (event) => access.post(event),
      admit: (start) => void held.push(start),
      close: () => access.close(),
      get pending() {
        return access.pending;
      },
    };
  };
  return { strategy, held };
}

const text = 'tasks: { each: { with: [a, b, c], action: work, input: "{{ item }}" } }';

describe('attempts that wait to be admitted', () => {
  it('are performed when they are let in', async () => {
    const { strategy, held } = heldUp();
    const { start, executor } = setUp({ stateAccess: strategy });
    const runner = await start(text);
    await eventually(() => held.length === 3, 'three items');
    expect(executor.calls).toEqual([]);
    for (const admit of held) admit();
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded' });
    expect(executor.calls).toEqual(['each[0]', 'each[1]', 'each[2]']);
  });

  it.each([true, false])('are canceled with the execution (immediate: %s), and never performed', async (immediate) => {
    const { strategy, held } = heldUp();
    const { start, executor } = setUp({ stateAccess: strategy });
    const runner = await start(text);
    await eventually(() => held.length === 3, 'three items');
    await runner.submit({ type: 'cancel-requested', atMs: startAtMs, immediate, reason: undefined });
    expect(await runner.outcome()).toMatchObject({ status: 'canceled' });
    for (const admit of held) admit();
    await nothingMore(5);
    expect(executor.calls).toEqual([]);
  });
});
