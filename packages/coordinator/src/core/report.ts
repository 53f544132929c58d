import type { StartTimer } from './command.ts';
import type { Draft } from './draft.ts';
import type { Event } from './event.ts';
import type { TaskFailure } from './failure.ts';
import type { Visit } from './state.ts';

/** Lets a failure that the core found itself come back as an event, see `ReportEvent`. */
export function failLater(draft: Draft, visit: Visit, failure: TaskFailure): void {
  const { id, attempt } = visit;
  report(draft, visit, { type: 'attempt-failed', atMs: draft.atMs, visit: id, index: undefined, attempt, failure });
}

/** Sends what the core knows already through the mailbox, see `ReportEvent`. */
export function report(draft: Draft, visit: Visit, event: Event): void {
  draft.putVisit({ ...visit, phase: 'reporting' });
  draft.inFlight += 1;
  draft.commands.push({ type: 'report-event', afterDurable: true, event });
}

export function startTimer(
  draft: Draft,
  visit: number,
  timer: Pick<StartTimer, 'index' | 'attempt' | 'dueAtMs' | 'purpose'>,
): void {
  draft.commands.push({ type: 'start-timer', afterDurable: true, visit, ...timer });
}
