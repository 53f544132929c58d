import type { Append } from '@weftline/persistence';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, supposedFence } from './append-run.ts';
import type { Fence } from './append-run.ts';

function append(sequence: number, count: number, more: Partial<Append> = {}): Append {
  const records = Array.from({ length: count }, (_, place) => Uint8Array.of(sequence + place));
  return { execution: 'x', epoch: 1, sequence, records, ...more };
}

function fence(head: number, more: Partial<Fence> = {}): Fence {
  return { epoch: 1, head, isOwned: true, ...more };
}

function codes(appends: readonly Append[], at: Fence): string[] {
  return judge(appends, at).outcomes.map((outcome) => outcome?.code ?? 'taken');
}

describe('appends of one execution', () => {
  it('that follow one another are one run', () => {
    const { run, outcomes } = judge([append(4, 2), append(6, 1), append(7, 3)], fence(3));
    expect(outcomes).toEqual([undefined, undefined, undefined]);
    expect(run).toMatchObject({ execution: 'x', epoch: 1, head: 3, end: 9 });
    expect(run?.records.map(([first]) => first)).toEqual([4, 5, 6, 7, 8, 9]);
  });

  it('are judged each by what the ones before it left', () => {
    const appends = [append(4, 1), append(4, 1), append(9, 1), append(5, 1, { epoch: 2 }), append(5, 1)];
    expect(codes(appends, fence(3))).toEqual([
      ...['taken', 'STORE_CONFLICT', 'STORE_CONFLICT', 'STORE_CONFLICT', 'taken'],
    ]);
  });

  it('are all refused under another epoch or without an owner, and no run is left', () => {
    for (const other of [fence(3, { epoch: 2 }), fence(3, { isOwned: false }), fence(4)]) {
      const { run, outcomes } = judge([append(4, 1)], other);
      expect(run).toBeUndefined();
      expect(outcomes).toEqual([expect.objectContaining({ code: 'STORE_CONFLICT' })]);
    }
  });

  it('may be taken from the middle of what was offered', () => {
    const appends = [append(1, 2), append(3, 1), append(4, 1)];
    expect(judge(appends, fence(2)).run).toMatchObject({ head: 2, end: 4 });
    expect(codes(appends, fence(2))).toEqual(['STORE_CONFLICT', 'taken', 'taken']);
  });

  it('add up to one change of the summary, the later field before the earlier one', () => {
    const appends = [
      append(1, 1, { summary: { status: 'a', updatedAtMs: 1 } }),
      append(2, 0, { summary: { updatedAtMs: 2 } }),
      append(9, 1, { summary: { status: 'refused' } }),
      append(2, 1, { summary: { finishedAtMs: 3, updatedAtMs: undefined } as never }),
    ];
    expect(judge(appends, fence(0)).run?.summary).toEqual({ status: 'a', updatedAtMs: 2, finishedAtMs: 3 });
  });

  it('keep the last snapshot, with the sequence that it stands for', () => {
    const [one, two] = [Uint8Array.of(1), Uint8Array.of(2)];
    const appends = [append(1, 2, { snapshot: one }), append(3, 2, { snapshot: two }), append(5, 1)];
    expect(judge(appends, fence(0)).run?.snapshot).toEqual({ sequence: 4, data: two });
    expect(judge(appends.slice(2), fence(4)).run?.snapshot).toBeUndefined();
    expect(judge([append(5, 0, { snapshot: one })], fence(4)).run?.snapshot).toEqual({ sequence: 4, data: one });
  });

  it('are supposed to fit, which the first one then does', () => {
    const any = fc.record({ epoch: fc.nat(3), sequence: fc.nat(5), count: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1 }), (all) => {
        const appends = all.map(({ epoch, sequence, count }) => append(sequence, count, { epoch }));
        expect(judge(appends, supposedFence(appends)).outcomes[0]).toBeUndefined();
      }),
    );
  });
});
