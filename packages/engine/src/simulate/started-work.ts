import {
  renderAttempt,
  renderSource,
  type AttemptOutcome,
  type Command,
  type Event,
  type Program,
  type PullItems,
  type RunAttempt,
} from '@weftline/coordinator';
import type { MockAnswers } from './mock-answers.ts';
import type { SimulationRecord } from './simulation-record.ts';

type ReportEvent = Extract<Command, { type: 'report-event' }>;

/** What the core hands out to be started, and completed later. */
export type Work = RunAttempt | PullItems | ReportEvent;

/** Work that goes on until it is completed. */
export interface StartedWork {
  readonly visit: number;
  /** The events that complete it: one, or one for each item of a batch. */
  readonly completion: readonly Event[];
  /** Those that complete it when it was aborted before. */
  readonly abortion: readonly Event[];
}

export interface Surroundings {
  readonly program: Program;
  readonly secrets: Readonly<Record<string, string>>;
  readonly answers: MockAnswers;
  readonly record: SimulationRecord;
  readonly execution: string;
  readonly atMs: number;
}

export function isWork(command: Command): command is Work {
  return command.type === 'run-attempt' || command.type === 'pull-items' || command.type === 'report-event';
}

export function visitOf(work: Work): number {
  if (work.type !== 'report-event') return work.visit;
  return 'visit' in work.event ? work.event.visit : 0;
}

/** Starts work: what an action would get is written down, and how it will be answered is decided. */
export function startWork(work: Work, surroundings: Surroundings): StartedWork {
  const { record } = surroundings;
  record.start(visitOf(work));
  if (work.type === 'report-event') return { visit: visitOf(work), completion: [work.event], abortion: [work.event] };
  if (work.type === 'pull-items') return startSource(work, surroundings);
  const { batch, ...call } = work;
  const attempts = batch === undefined ? [call] : batch.map((item) => ({ ...call, ...item }));
  const started = attempts.map((attempt) => startAttempt(attempt, surroundings));
  return {
    visit: work.visit,
    completion: started.map(({ completion }) => completion),
    abortion: started.map(({ abortion }) => abortion),
  };
}

interface StartedAttempt {
  readonly completion: Event;
  readonly abortion: Event;
}

function startAttempt(work: RunAttempt, surroundings: Surroundings): StartedAttempt {
  const { visit, index, attempt } = work;
  const at = { atMs: surroundings.atMs, visit, index, attempt } as const;
  const outcome = attemptOutcome(work, surroundings);
  const abortion: Event = { type: 'attempt-failed', ...at, failure: aborted };
  if (outcome.ok) return { completion: { type: 'attempt-succeeded', ...at, result: outcome.result }, abortion };
  surroundings.record.fail(visit, outcome.failure);
  return { completion: { type: 'attempt-failed', ...at, failure: outcome.failure }, abortion };
}

function attemptOutcome(work: RunAttempt, surroundings: Surroundings): AttemptOutcome {
  const { program, answers, record } = surroundings;
  const { task, index: item, attempt } = work;
  const start = { task, item, source: false };
  const occurrence = answers.count(start);
  const rendered = renderAttempt(program, work, surroundings);
  if (!rendered.ok) return rendered;
  const { request } = rendered;
  // The task has an action, and a `when` that does not hold.
  if (request === undefined && program.tasks.get(task)?.action !== undefined) return { ok: true, result: null };
  if (request !== undefined) {
    const { action, input } = request;
    record.act({ task, action, input, ...(item === undefined ? {} : { item }), attempt });
  }
  return answers.answer(start, occurrence, request?.input);
}

/** A source that is a mock gives all its items at once. */
function startSource(work: PullItems, surroundings: Surroundings): StartedWork {
  const { visit, from, attempt } = work;
  const at = { atMs: surroundings.atMs, visit, from } as const;
  const outcome = sourceOutcome(work, surroundings);
  const abortion: Event = { type: 'source-failed', ...at, attempt, failure: aborted };
  return { visit, completion: [sourceEvent(work, outcome, at)], abortion: [abortion] };
}

function sourceEvent(
  { attempt }: PullItems,
  outcome: AttemptOutcome,
  at: { readonly atMs: number; readonly visit: number; readonly from: number },
): Event {
  if (!outcome.ok) return { type: 'source-failed', ...at, attempt, failure: outcome.failure };
  const items = outcome.result as readonly unknown[];
  return { type: 'items-produced', ...at, items, ended: true, cursor: undefined, skip: items.length };
}

function sourceOutcome(work: PullItems, surroundings: Surroundings): AttemptOutcome {
  const { program, answers, record } = surroundings;
  const { task, attempt } = work;
  const start = { task, item: undefined, source: true };
  const occurrence = answers.count(start);
  const rendered = renderSource(program, work, surroundings);
  if (!rendered.ok) return rendered;
  const { action, input } = rendered.request;
  record.act({ task, action, input, source: true, attempt });
  const outcome = answers.answer(start, occurrence, input);
  if (!outcome.ok) return outcome;
  if (Array.isArray(outcome.result)) return outcome;
  const message = `the source of task "${task}" gives no list; a mock with "source: true" and a list as its "result" does`;
  return { ok: false, failure: { kind: 'definition', code: 'SOURCE_NOT_ITERABLE', message, retryable: false } };
}

const aborted = { kind: 'canceled', message: 'the list has failed', retryable: false } as const;
