import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import { canonicalState } from '../canonical-state.ts';
import { failed, held, ok, simulate, type CoreSimulation } from '../core-simulation.ts';

const failure = { kind: 'application', message: 'late', retryable: true } as const;

/** Answers and timers for this visit, item and attempt. */
function answers(visit: number, index: number | undefined, attempt: number): Event[] {
  return [
    { type: 'attempt-succeeded', atMs: 1, visit, index, attempt, result: 'late' },
    { type: 'attempt-failed', atMs: 1, visit, index, attempt, failure },
    { type: 'timer-fired', atMs: 1, visit, index, attempt },
    { type: 'items-exhausted', atMs: 1, visit },
  ];
}

function expectNoChange(execution: CoreSimulation, events: readonly Event[]): void {
  for (const event of events) {
    const { sequence } = execution.state;
    const before = canonicalState({ ...execution.state, sequence: sequence + 1 });
    const { length } = execution.started;
    execution.send(event);
    expect(canonicalState(execution.state)).toEqual(before);
    expect(execution.started).toHaveLength(length);
  }
}

describe('an answer that nobody waits for changes nothing', () => {
  it('from visits that have ended or never began', () => {
    const execution = simulate(`tasks: { a: { action: work, next: { do: b } }, b: { action: work } }`);
    execution.answer('a', ok(1));
    for (const visit of [0, 1, 3, 99, -1, NaN]) expectNoChange(execution, answers(visit, undefined, 1));
  });

  it('of another attempt, or of an item of a task without items', () => {
    const execution = simulate(`tasks: { a: { action: work, retry: { count: 3 } } }`, { answers: { a: () => held } });
    execution.answer('a', failed());
    execution.run();
    for (const attempt of [0, 1, 3, NaN]) expectNoChange(execution, answers(1, undefined, attempt));
    for (const index of [0, 1]) expectNoChange(execution, answers(1, index, 2));
  });

  it('to a task that waits for its delay or its back-off, save for the timer', () => {
    const delayed = simulate(`tasks: { a: { action: work, delay: 1s } }`);
    expectNoChange(
      delayed,
      answers(1, undefined, 1).filter(({ type }) => type !== 'timer-fired'),
    );
    expectNoChange(delayed, answers(1, undefined, 2));
    const retrying = simulate(`tasks: { a: { action: work, retry: { count: 1, delay: 1s } } }`);
    retrying.answer('a', failed());
    expectNoChange(retrying, answers(1, undefined, 1));
    expectNoChange(
      retrying,
      answers(1, undefined, 2).filter(({ type }) => type !== 'timer-fired'),
    );
  });

  it('for items that have ended, were not handed out, do not exist or are at another attempt', () => {
    const execution = simulate(
      `tasks: { a: { with: { items: [1, 2, 3, 4], concurrency: 2 }, action: work, retry: { count: 1, delay: 1s } } }`,
      { answers: { a: () => held } },
    );
    execution.answer('a[0]', ok(1));
    execution.answer('a[1]', failed());
    for (const index of [0, 1, 4, -1, 1.5, NaN]) {
      for (const attempt of [1, 3]) expectNoChange(execution, answers(1, index, attempt));
    }
    for (const index of [2, 3]) expectNoChange(execution, answers(1, index, 2));
    expectNoChange(execution, answers(1, undefined, 1));
  });

  it('a second time', () => {
    const execution = simulate(`tasks: { a: { with: { items: [1, 2] }, action: work } }`);
    const event: Event = { type: 'attempt-succeeded', atMs: 1, visit: 1, index: 0, attempt: 1, result: 'first' };
    execution.answer('a[0]', ok('first'));
    expectNoChange(execution, [event, { ...event, result: 'second' }]);
  });

  it('after the end', () => {
    const execution = simulate(`tasks: { a: { action: work } }`).run();
    const outcome = execution.state.outcome;
    expectNoChange(execution, [
      ...answers(1, undefined, 1),
      { type: 'pause-requested', atMs: 1 },
      { type: 'resume-requested', atMs: 1 },
      { type: 'cancel-requested', atMs: 1, immediate: true, reason: undefined },
      { type: 'execution-recovered', atMs: 1 },
    ]);
    expect(execution.state.outcome).toBe(outcome);
  });
});
