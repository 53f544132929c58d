import type { ContextStrategy } from '@weftline/context';
import { attemptFailed, attemptSucceeded, timerFired } from './attempt.ts';
import type { Command } from './command.ts';
import { cancelRequested, executionRecovered, pauseRequested, resumeRequested } from './control.ts';
import { Draft } from './draft.ts';
import type { Event } from './event.ts';
import { settle } from './finish.ts';
import { invariant } from './invariant.ts';
import { itemsExhausted } from './items.ts';
import type { Notice } from './notice.ts';
import type { Program } from './program.ts';
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
  options: { readonly observe?: boolean } = {},
): Advanced {
  const draft = new Draft(core.program, state ?? stateBefore(core, events), options.observe ?? false);
  for (const event of events) {
    draft.atMs = event.atMs;
    apply(draft, event);
    settle(draft);
  }
  return { state: draft.seal(), commands: draft.commands, notices: draft.notices ?? [] };
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
  if (event.type === 'execution-finished') {
    const { status, output, errors, atMs } = event;
    draft.status = status;
    draft.outcome = { status, output, errors, finishedAtMs: atMs };
    return;
  }
  draft.sequence += 1;
  if (draft.outcome !== undefined) return;
  switch (event.type) {
    case 'execution-started':
      return executionStarted(draft, event);
    case 'execution-recovered':
      return executionRecovered(draft);
    case 'attempt-succeeded':
      return attemptSucceeded(draft, event);
    case 'attempt-failed':
      return attemptFailed(draft, event);
    case 'items-exhausted':
      return exhausted(draft, event.visit);
    case 'timer-fired':
      return timerFired(draft, event);
    case 'pause-requested':
      return pauseRequested(draft);
    case 'resume-requested':
      return resumeRequested(draft);
    case 'cancel-requested':
      return cancelRequested(draft, event);
  }
}

function exhausted(draft: Draft, id: number): void {
  const visit = draft.visit(id);
  if (visit?.phase === 'reporting' && visit.items !== undefined) itemsExhausted(draft, visit);
}
