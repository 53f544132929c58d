import type { Context } from '@weftline/context';
import type { Draft } from './draft.ts';
import { arriveAtJoin } from './join.ts';
import type { Beginning, Origin } from './history.ts';
import type { CompiledTask } from './program.ts';
import { measureDuration } from './quantity.ts';
import { failLater, startTimer } from './report.ts';
import { joinPlace } from './route.ts';
import { AttemptScope } from './scope.ts';
import type { Visit } from './state.ts';
import { openItems } from './window.ts';

export interface Arrival {
  readonly context: Context;
  /** Undefined for an entry task. */
  readonly origin: Origin | undefined;
  /** The task that led here; undefined for an entry task. */
  readonly from: string | undefined;
  readonly repeats: number;
  /** Splits on the way; undefined before the first one. */
  readonly route?: string | undefined;
  /** Milliseconds to wait instead of the delay of the task. */
  readonly delayMs?: number;
}

/** A branch reaches a task: at once a visit of its own, or one of the arrivals that a join waits for. */
export function arrive(draft: Draft, name: string, arrival: Arrival): void {
  const task = draft.task(name);
  if (task.joinCount === 0 || arrival.from === undefined) {
    beginVisit(draft, task, { ...arrival, origins: arrival.origin === undefined ? [] : [arrival.origin] });
    return;
  }
  const { route } = arrival;
  const joined = arriveAtJoin(draft, task, { ...arrival, from: arrival.from });
  if (joined === undefined) return;
  const origins = draft.history?.takeWaiting(joinPlace(name, route)) ?? [];
  beginVisit(draft, task, { context: joined, repeats: 0, origins, route });
}

function beginVisit(
  draft: Draft,
  task: CompiledTask,
  arrival: Beginning & Pick<Arrival, 'context' | 'route' | 'delayMs'>,
): void {
  const begun = draft.countVisit(task.name, arrival);
  const visit: Visit = {
    id: begun.id,
    task: task.name,
    ordinal: begun.ordinal,
    context: arrival.context,
    startedAtMs: draft.atMs,
    phase: 'ready',
    attempt: 1,
    dueAtMs: 0,
    repeats: arrival.repeats,
    items: undefined,
    ...(arrival.route === undefined ? {} : { route: arrival.route }),
  };
  if (begun.isHeld) draft.putVisit(visit);
  else if (arrival.delayMs === undefined) openVisit(draft, visit);
  else delayVisit(draft, visit, arrival.delayMs);
}

/** Waits for the delay of the task, or starts at once. */
export function openVisit(draft: Draft, visit: Visit): void {
  const task = draft.task(visit.task);
  if (task.delay === undefined) {
    startVisit(draft, visit);
    return;
  }
  // Secrets are for task inputs alone, so a delay cannot read them.
  const { context, attempt } = visit;
  const scope = new AttemptScope(context, draft.atMs, { attempt, secrets: {} });
  const delay = measureDuration(task.delay, scope, `delay of task "${task.name}"`);
  if (!delay.ok) {
    failLater(draft, visit, delay.failure);
    return;
  }
  delayVisit(draft, visit, delay.value);
}

function delayVisit(draft: Draft, visit: Visit, delayMs: number): void {
  const dueAtMs = draft.atMs + delayMs;
  draft.putVisit({ ...visit, phase: 'delayed', dueAtMs });
  startTimer(draft, visit.id, { index: undefined, attempt: visit.attempt, dueAtMs });
}

/** Starts the work of a visit that waited for nothing any more, unless the execution hands out nothing now. */
export function startVisit(draft: Draft, visit: Visit): void {
  if (!draft.handsOut || draft.history?.holds(visit.id) === true) {
    draft.putVisit({ ...visit, phase: 'ready' });
    return;
  }
  const task = draft.task(visit.task);
  const running: Visit = { ...visit, phase: 'running' };
  if (task.items !== undefined) {
    openItems(draft, task.items, running);
    return;
  }
  draft.putVisit(running);
  if (visit.attempt === 1) draft.notices?.push({ type: 'task-started', task: visit.task, visit: visit.ordinal });
  runAttempt(draft, running);
}

export function runAttempt(draft: Draft, visit: Visit): void {
  draft.inFlight += 1;
  draft.commands.push({
    type: 'run-attempt',
    afterDurable: true,
    visit: visit.id,
    task: visit.task,
    ordinal: visit.ordinal,
    index: undefined,
    item: undefined,
    attempt: visit.attempt,
    context: visit.context,
  });
}
