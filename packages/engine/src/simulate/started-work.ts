import {
  renderAttempt,
  renderSource,
  type AttemptOutcome,
  type Command,
  type Event,
  type Program,
} from '@weftline/coordinator';
import type { MockAnswers } from './mock-answers.ts';
import type { SimulationRecord } from './simulation-record.ts';

type RunAttempt = Extract<Command, { type: 'run-attempt' }>;
type PullItems = Extract<Command, { type: 'pull-items' }>;
type ReportEvent = Extract<Command, { type: 'report-event' }>;

/** What the core hands out to be started, and completed later. */
export type Work = RunAttempt | PullItems | ReportEvent;

/** Work that goes on until it is completed. */
export interface StartedWork {
  readonly visit: number;
  /** The event that completes it. */
  readonly completion: Event;
  /** The one that completes it when it was aborted before. */
  readonly abortion: Event;
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
  if (work.type === 'report-event') return { visit: visitOf(work), completion: work.event, abortion: work.event };
  return work.type === 'run-attempt' ? startAttempt(work, surroundings) : startSource(work, surroundings);
}

function startAttempt(work: RunAttempt, surroundings: Surroundings): StartedWork {
  const { visit, index, attempt } = work;
  const at = { atMs: surroundings.atMs, visit, index, attempt } as const;
  const outcome = attemptOutcome(work, surroundings);
  const abortion: Event = { type: 'attempt-failed', ...at, failure: aborted };
  if (outcome.ok) return { visit, completion: { type: 'attempt-succeeded', ...at, result: outcome.result }, abortion };
  surroundings.record.fail(visit, outcome.failure);
  return { visit, completion: { type: 'attempt-failed', ...at, failure: outcome.failure }, abortion };
}

function attemptOutcome(work: RunAttempt, surroundings: Surroundings): AttemptOutcome {
  const { program, answers, record } = surroundings;
  const { task, index: item, attempt } = work;
  const start = { task, item, source: false };
  const occurrence = answers.count(start);
  const rendered = renderAttempt(program, work, surroundings);
  if (!rendered.ok) return rendered;
  const { request } = rendered;
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
  if (!outcome.ok)
    return { visit, completion: { type: 'source-failed', ...at, attempt, failure: outcome.failure }, abortion };
  const items = outcome.result as readonly unknown[];
  const read = { ended: true, cursor: undefined, skip: items.length };
  return { visit, completion: { type: 'items-produced', ...at, items, ...read }, abortion };
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
  if (outcome.result === null) return { ok: true, result: [] };
  if (Array.isArray(outcome.result)) return outcome;
  const message = `a mock of the source of task "${task}" gives no list`;
  return { ok: false, failure: { kind: 'definition', code: 'ITEMS_NOT_A_LIST', message, retryable: false } };
}

const aborted = { kind: 'canceled', message: 'the list has failed', retryable: false } as const;
