import { itemContext } from '@weftline/context';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Core } from '../../src/core/advance.ts';
import { decodeEvent } from '../../src/core/event-codec.ts';
import { compileWorkflow } from '../../src/core/program.ts';
import { replay } from '../../src/core/replay.ts';
import { decodeState, encodeState } from '../../src/core/state-codec.ts';
import { canonicalState } from '../canonical-state.ts';

// What earlier releases wrote of lists with sources, batches, rates and policies; the fixtures are never written again.

const folder = new URL('../fixtures/', import.meta.url);
const snapshot = readFileSync(new URL('state-format-1-lists.snapshot', folder));
const journal = readFileSync(new URL('state-format-1-lists.records', folder), 'utf8')
  .trim()
  .split('\n')
  .map((line) => decodeEvent(Buffer.from(line)));

function coreOf(): Core {
  const [started] = journal;
  if (started?.type !== 'execution-started') throw new Error('the journal does not begin with the start');
  return { program: compileWorkflow(started.definition), context: itemContext() };
}

it('reads lists in a state of format 1 as what their events lead to', () => {
  const core = coreOf();
  const state = decodeState(snapshot, core);
  expect(canonicalState(state)).toEqual(canonicalState(replay(core, undefined, journal)));
  expect(Buffer.from(encodeState(decodeState(encodeState(state), core)))).toEqual(Buffer.from(encodeState(state)));
});

it('finds in them where a source is read, what a batch holds and what was folded', () => {
  const state = decodeState(snapshot, coreOf());
  expect(state.concurrency).toEqual({ folded: 4 });
  const [folded, batched] = [...state.visits.sortBy(({ id }) => id).values()].map(({ items }) => items);
  expect(folded).toMatchObject({
    ...{ concurrency: 4, cursor: 8, acc: ['r0', 'r1'], folded: 2, tolerated: { limit: 50, isShare: true } },
    source: { total: 32, ended: false, cursor: { offset: 32 }, skip: 0 },
    rate: { limit: 8, perMs: 3_600_000, dueAtMs: 1_700_003_600_000 },
  });
  expect(folded?.produced.get(8)).toBe('line 8');
  expect(folded?.landed.get(3)).toEqual(['r']);
  expect(folded?.failures.get(0)).toMatchObject({ index: 4, item: 'line 4' });
  expect(batched).toMatchObject({ forgiven: 1, batch: { size: 2, bytesMax: 100, waitMs: 1000 } });
  expect(batched?.calls.toJS()).toEqual({ 4: 2, 6: 2 });
  expect(batched?.callOf.get(7)).toBe(6);
});

it('gives lists that were written before they had any of it what they did then', () => {
  const before = readFileSync(new URL('state-format-1.snapshot', folder));
  const lines = readFileSync(new URL('state-format-1.records', folder), 'utf8').trim().split('\n');
  const started = decodeEvent(Buffer.from(lines[0] ?? ''));
  if (started.type !== 'execution-started') throw new Error('the journal does not begin with the start');
  const core = { program: compileWorkflow(started.definition), context: itemContext() };
  const state = decodeState(before, core);
  const items = state.visits.find(({ items: list }) => list !== undefined)?.items;
  expect(items).toMatchObject({ tolerated: { limit: 0, isShare: false }, forgiven: 0, halted: false, folded: 0 });
  expect(items?.source).toBeUndefined();
  expect(state.concurrency).toEqual({});
});
