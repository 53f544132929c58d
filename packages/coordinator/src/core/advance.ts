import type { ContextStrategy } from '@weftline/context';
import { attemptFailed, attemptSucceeded, timerFired } from './attempt.ts';
import type { Command } from './command.ts';
import { cancelRequested, concurrencyChanged, executionRecovered, pauseRequested, resumeRequested } from './control.ts';
import { Draft, type DraftOptions } from './draft.ts';
import type { AttemptFailed, AttemptSucceeded, Event, ExecutionFinished } from './event.ts';
import { settle } from './finish.ts';
import { invariant } from './invariant.ts';
import { itemsExhausted, itemsProduced, sourceHasFailed } from './items.ts';
import type { Notice } from './notice.ts';
import type { Program } from './program.ts';
import type { Publication } from './publication.ts';
import { executionReopened } from './reopened.ts';
import { setAside } from './set-aside.ts';
import { executionStarted, initialState } from './start.ts';
import type { ExecutionState } from './state.ts';

/** What the core needs beside the state: the compiled workflow and how contexts are represented. */
export interface Core {
  readonly program: Program;
  readonly context: ContextStrategy;
}

export interface Advanced {
  readonly state: ExecutionState;
  /** In the order in which they came about. */
  readonly commands: readonly Command[];
  /** Empty unless `observe` was set. */
  readonly notices: readonly Notice[];
  /** Present when `publications` was set. */
  readonly publications?: readonly Publication[];
}

/**
 * The one verb: takes a batch of events to the next state and says what must be done. It performs nothing, asks for
 * nothing and changes nothing; applying a batch gives the same state as applying its events one by one.
 *
 * The first event of an execution is `execution-started`, with `state` undefined.
 */
export function advance(
  core: Core,
  state: ExecutionState | undefined,
  events: readonly Event[],
  options: DraftOptions = {},
): Advanced {
  const draft = new Draft(core.program, state ?? stateBefore(core, events), options);
  for (const event of events) {
    draft.atMs = event.atMs;
    apply(draft, event);
    settle(draft);
  }
  const { commands, notices = [], publications } = draft;
  return { state: draft.seal(), commands, notices, ...(publications === undefined ? {} : { publications }) };
}

function stateBefore(core: Core, events: readonly Event[]): ExecutionState {
  const [first] = events;
  invariant(
    first?.type === 'execution-started',
    `an execution begins with execution-started, got ${first?.type ?? 'nothing'}`,
  );
  return initialState(core.program, first, core.context);
}

function apply(draft: Draft, event: Event): void {
  draft.history?.note(event);
  if (draft.history?.isFoldingAgain === true && isUndone(event)) return;
  if (event.type === 'execution-finished') {
    const { status, output, errors, atMs } = event;
    draft.status = status;
    draft.outcome = { status, output, errors, finishedAtMs: atMs };
    return;
  }
  draft.sequence += 1;
  if (draft.outcome !== undefined) return;
  take(draft, event);
}

/** A reopened execution has not ended and is not canceled any more. */
function isUndone({ type }: Event): boolean {
  return type === 'execution-finished' || type === 'cancel-requested';
}

function take(draft: Draft, event: Exclude<Event, ExecutionFinished>): void {
  switch (event.type) {
    case 'execution-started':
      return executionStarted(draft, event);
    case 'execution-recovered':
      return executionRecovered(draft);
    case 'execution-reopened':
      return executionReopened(draft, event);
    case 'attempt-succeeded':
    case 'attempt-failed':
      return answered(draft, event);
    case 'items-exhausted':
      return exhausted(draft, event.visit);
    case 'items-produced':
      return itemsProduced(draft, event);
    case 'source-failed':
      return sourceHasFailed(draft, event);
    case 'timer-fired':
      return timerFired(draft, event);
    case 'concurrency-changed':
      return concurrencyChanged(draft, event);
    case 'pause-requested':
      return pauseRequested(draft);
    case 'resume-requested':
      return resumeRequested(draft);
    case 'cancel-requested':
      return cancelRequested(draft, event);
  }
}

function answered(draft: Draft, event: AttemptSucceeded | AttemptFailed): void {
  const reopening = draft.history?.takenBack(event);
  if (reopening !== undefined) setAside(draft, event, reopening);
  else if (event.type === 'attempt-succeeded') attemptSucceeded(draft, event);
  else attemptFailed(draft, event);
}

function exhausted(draft: Draft, id: number): void {
  const visit = draft.visit(id);
  if (visit?.phase === 'reporting' && visit.items !== undefined) itemsExhausted(draft, visit);
}
