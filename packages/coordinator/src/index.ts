export { Coordinator } from './coordinator.ts';
export type { CoordinatorOptions, NewExecutionOptions } from './coordinator-options.ts';
export { Adoption, type AdoptionOptions } from './adoption.ts';
export type { ExecutionRunner } from './execution-runner.ts';
export type { LogPlace } from './runner-environment.ts';
export { loadExecution, type LoadedExecution } from './load-execution.ts';
export { concurrencyText, type ConcurrencyChange } from './request-event.ts';
export { systemClock, type Clock } from './clock.ts';
export { CoordinatorError, type CoordinatorErrorCode } from './errors.ts';
export type { ObservedBatch, Observer } from './observers.ts';
export type {
  AttemptOutcome,
  AttemptSupport,
  BatchOutcome,
  ItemSource,
  LogLevel,
  SourceStep,
  TaskExecutor,
} from './task-executor.ts';

export { advance, type Advanced, type Core } from './core/advance.ts';
export type { AttemptRequest, BatchRequest, BatchRequestItem, SourceRequest } from './core/attempt-request.ts';
export type { Command, PullItems, RunAttempt } from './core/command.ts';
export { decodeEvent, encodeEvent, journalFormat } from './core/event-codec.ts';
export type { Event, ExecutionStarted } from './core/event.ts';
export type { TaskFailure } from './core/failure.ts';
export { History, type VisitHistory } from './core/history.ts';
export type { Notice } from './core/notice.ts';
export { compileWorkflow, type Program } from './core/program.ts';
export type { Publication } from './core/publication.ts';
export { progressOf, type ExecutionProgress, type TaskProgress } from './core/progress.ts';
export { renderAttempt, renderSource, type Rendered, type RenderedSource } from './core/render.ts';
export { replay } from './core/replay.ts';
export type {
  ExecutionOutcome,
  ExecutionProblem,
  ExecutionState,
  ExecutionStatus,
  ItemCounts,
  OutcomeStatus,
} from './core/state.ts';

export { decodeState, encodeState, stateFormat } from './core/state-codec.ts';
export { eventRecording, type EventRecordingOptions } from './recording/event-recording.ts';
export type { Recorded, RecordedBatch, Recording, RecordingStrategy, Written } from './recording/recording.ts';
export { mailbox, type MailboxOptions } from './state-access/mailbox.ts';
export type { StateAccess, StateAccessOptions, StateAccessStrategy } from './state-access/state-access.ts';
export { eventDriven } from './wake/event-driven.ts';
export type { Wake, WakeStrategy } from './wake/wake.ts';
