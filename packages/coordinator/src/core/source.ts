import type { Draft, ItemsDraft } from './draft.ts';
import type { ItemsProduced, SourceFailed } from './event.ts';
import { failureCode } from './failure.ts';
import { noteFailedAttempt } from './outcome.ts';
import { startTimer } from './report.ts';
import { decideRetry } from './retry.ts';
import type { SourceState, Visit } from './state.ts';

/** Items that are read ahead of the window at least, and at most, however wide it is. */
const aheadMin = 16;
const aheadMax = 1000;

/** Items that have not ended, most of them in back-off, above which nothing more is read. */
const unendedMax = 10_000;

/** A source of which nothing has been read. */
export const unread: SourceState = {
  ...{ total: 0, ended: false, cursor: undefined, skip: 0 },
  ...{ pulling: false, attempt: 1, dueAtMs: 0 },
};

/**
 * Asks the source for more when what was read ahead runs low, so that only the window and a little more is in memory, and
 * so that items come in batches.
 */
export function pullIfLow(draft: Draft, visit: Visit, opening: boolean): void {
  const window = draft.window(visit);
  const { source } = window;
  if (source === undefined || source.ended || source.pulling || source.dueAtMs > 0) return;
  const batch = window.batch?.size ?? 1;
  const ahead = Math.min(Math.max(window.concurrency * batch, aheadMin), Math.max(aheadMax, batch));
  const available = source.total - window.cursor;
  if (available >= ahead || window.produced.size >= unendedMax) return;
  window.source = { ...source, pulling: true };
  const { id, task, ordinal, context } = visit;
  draft.commands.push({
    ...{ type: 'pull-items', afterDurable: opening, visit: id, task, ordinal, context },
    ...{ attempt: source.attempt, from: source.total, want: 2 * ahead - available },
    ...{ cursor: source.cursor, skip: source.skip },
  });
}

/** Takes items that came in; false for what came twice, or after the end. */
export function takeProduced(window: ItemsDraft, event: ItemsProduced): boolean {
  const { source } = window;
  if (source === undefined || source.ended || event.from !== source.total) return false;
  for (const [position, item] of event.items.entries()) window.produced.set(source.total + position, item);
  const total = source.total + event.items.length;
  window.source = { ...unread, total, ended: event.ended, cursor: event.cursor, skip: event.skip };
  return true;
}

/** The source could not be read on: it is tried again by the retry of the task, or fails the list. */
export function sourceFailed(draft: Draft, visit: Visit, event: SourceFailed): boolean {
  const window = draft.window(visit);
  const { source } = window;
  const { attempt, failure, from } = event;
  if (source?.pulling !== true || from !== source.total) return false;
  if (attempt !== source.attempt && attempt !== 0) return false;
  const decision = decideRetry(draft, {
    visit,
    index: undefined,
    attempt: source.attempt,
    failure,
    context: visit.context,
  });
  const retryAtMs = decision.retry ? decision.dueAtMs : undefined;
  noteFailedAttempt(draft, visit, { index: undefined, attempt, failure, retryAtMs });
  if (decision.retry) {
    const next = source.attempt + 1;
    window.source = { ...source, pulling: false, attempt: next, dueAtMs: decision.dueAtMs };
    startTimer(draft, visit.id, { index: undefined, attempt: next, dueAtMs: decision.dueAtMs });
    return true;
  }
  window.source = { ...source, pulling: false, ended: true };
  const message = `with.from of task "${visit.task}", behind ${source.total} items: ${decision.failure.message}`;
  window.fault ??= { ...decision.failure, code: failureCode(decision.failure), message };
  return true;
}

/** The back-off of a source is over. */
export function sourceDue(window: ItemsDraft, attempt: number): boolean {
  const { source } = window;
  if (source === undefined || source.dueAtMs === 0 || source.attempt !== attempt) return false;
  window.source = { ...source, dueAtMs: 0 };
  return true;
}

/** Whoever read the source is gone; a back-off goes on. */
export function resumeSource(draft: Draft, visit: Visit): void {
  const window = draft.window(visit);
  const { source } = window;
  if (source === undefined || source.ended) return;
  window.source = { ...source, pulling: false };
  const { attempt, dueAtMs } = source;
  if (dueAtMs > 0) startTimer(draft, visit.id, { index: undefined, attempt, dueAtMs });
}

/** Nothing more is wanted of the source. */
export function closeSource(draft: Draft, visit: Visit): void {
  const window = draft.window(visit);
  const { source } = window;
  if (source === undefined || source.ended) return;
  window.source = { ...source, ended: true, pulling: false, dueAtMs: 0 };
  draft.commands.push({ type: 'close-source', afterDurable: true, visit: visit.id });
}
