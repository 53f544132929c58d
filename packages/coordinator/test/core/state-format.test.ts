import { itemContext } from '@weftline/context';
import { deepCloneContext } from '@weftline/context/deep-clone-context';
import { sharedContext } from '@weftline/context/shared-context';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { advance, type Core } from '../../src/core/advance.ts';
import type { RunAttempt } from '../../src/core/command.ts';
import { decodeEvent } from '../../src/core/event-codec.ts';
import type { Event } from '../../src/core/event.ts';
import { compileWorkflow } from '../../src/core/program.ts';
import { replay } from '../../src/core/replay.ts';
import { decodeState } from '../../src/core/state-codec.ts';
import type { ExecutionState } from '../../src/core/state.ts';
import { canonicalState } from '../canonical-state.ts';

// What earlier releases wrote is read by every later one; the fixtures are never written again.

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
}

const journal = fixture('state-format-1.records')
  .toString()
  .trim()
  .split('\n')
  .map((line) => decodeEvent(Buffer.from(line)));

const strategies = [itemContext(), sharedContext(), deepCloneContext()];

function coreOf(context: Core['context']): Core {
  const [started] = journal;
  if (started?.type !== 'execution-started') throw new Error('the journal does not begin with the start');
  return { program: compileWorkflow(started.definition), context };
}

/** Answers every attempt with its number, until the end. */
function finish(core: Core, state: ExecutionState): ExecutionState {
  let now = state;
  let events: readonly Event[] = [{ type: 'execution-recovered', atMs: 1_700_000_100_000 }];
  while (events.length > 0) {
    const advanced = advance(core, now, events);
    now = advanced.state;
    events = advanced.commands.flatMap((command): readonly Event[] => {
      if (command.type === 'run-attempt') return [answerTo(command)];
      if (command.type === 'report-event') return [command.event];
      if (command.type !== 'start-timer') return [];
      const { visit, index, attempt, dueAtMs } = command;
      return [{ type: 'timer-fired', atMs: dueAtMs, visit, index, attempt }];
    });
  }
  return now;
}

function answerTo({ visit, index, attempt }: RunAttempt): Event {
  return { type: 'attempt-succeeded', atMs: 1_700_000_100_000, visit, index, attempt, result: `attempt ${attempt}` };
}

it.each(strategies.map((strategy) => [strategy.name, strategy] as const))(
  'reads states of format 1 as what their events lead to, under %s',
  (_name, strategy) => {
    const core = coreOf(strategy);
    const state = decodeState(fixture('state-format-1.snapshot'), core);
    expect(canonicalState(state)).toEqual(canonicalState(replay(core, undefined, journal)));
  },
);

it('finds in a state of format 1 all that was there', () => {
  const state = decodeState(fixture('state-format-1.snapshot'), coreOf(itemContext()));
  expect(state).toMatchObject({
    ...{ id: 'x', startedAtMs: 1_700_000_000_000, sequence: 11, status: 'running', failing: false },
    ...{ labels: { file: 'flow.yaml' }, root: { input: { rows: [{ id: 1 }, { id: 2 }] }, env: { HOME: '/home' } } },
  });
  const visits = state.visits
    .toList()
    .sortBy(({ id }) => id)
    .toArray();
  expect(visits.map(({ task, phase }) => `${task} ${phase}`)).toEqual([
    ...['each running', 'slow running', 'late delayed', 'again retrying'],
  ]);
  const items = visits[0]?.items;
  expect(items).toMatchObject({ concurrency: 3, cursor: 7, succeeded: 2, canceled: 0 });
  expect(items?.list).toHaveLength(8);
  expect(items?.results.toArray()).toEqual([{ of: 0 }, undefined, null]);
  expect(items?.failures.toArray()).toMatchObject([
    { index: 3, attempts: 1, failure: { code: 'NO', details: ['why'] } },
  ]);
  expect(items?.running.toJS()).toEqual({ 4: 1, 5: 1, 6: 1 });
  expect(items?.waiting.toJS()).toMatchObject({ 1: { attempt: 2 } });
  expect(state.joins.get('joined')?.from.toArray()).toEqual(['first']);
  expect(state.joins.get('joined')?.waiting.get(0)?.lookup('vars', 'found')).toBe('here');
  expect(visits[1]?.context.lookup('task', 'begin')).toMatchObject({ status: 'succeeded', result: { rows: 'begun' } });
  expect(state.ended.map(({ task, status }) => `${task} ${status}`)).toEqual(['begin succeeded', 'first succeeded']);
});

it('goes on from a state of format 1 to its end', () => {
  const core = coreOf(itemContext());
  const { outcome } = finish(core, decodeState(fixture('state-format-1.snapshot'), core));
  expect(outcome).toMatchObject({
    status: 'succeeded',
    output: {
      each: [{ of: 0 }, 'attempt 2', null, null, 'attempt 1', 'attempt 1', 'attempt 1', 'attempt 1'],
      failed: [3],
      joined: ['here', 'attempt 1', 'attempt 2'],
    },
  });
});
