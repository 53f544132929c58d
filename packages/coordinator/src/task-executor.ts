import type { AttemptRequest, BatchRequest, SourceRequest } from './core/attempt-request.ts';
import type { TaskFailure } from './core/failure.ts';

export interface AttemptSupport {
  /** Aborted on time-out and on cancellation; `signal.reason` tells which. */
  readonly signal: AbortSignal;
  /** A sign of life, for tasks with `heartbeat`; absent where nobody waits for one. */
  heartbeat?(): void;
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type AttemptOutcome =
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly failure: TaskFailure };

export type BatchOutcome =
  | { readonly ok: true; readonly outcomes: readonly AttemptOutcome[] }
  | { readonly ok: false; readonly failure: TaskFailure };

/**
 * Performs attempts. Failure of the work is an outcome; a rejection is treated as one too and never escapes.
 * Results and details are plain JSON that nobody changes any more: the journal keeps their text, and the state the values. A result
 * whose text cannot be kept is a failure of the attempt.
 */
export interface TaskExecutor {
  /** Whether the action exists; asked for every action of a definition before an execution starts. */
  knows(action: string): boolean;
  /** The nearest action that exists, for messages. */
  suggest(action: string): string | undefined;
  execute(request: AttemptRequest, support: AttemptSupport): AttemptOutcome | Promise<AttemptOutcome>;
  /**
   * Performs one call for several items: answers an outcome for each, in order, or one failure for all. Executors without it
   * have no batches, and calls for several items fail with BATCH_UNSUPPORTED.
   */
  executeBatch?(request: BatchRequest, support: AttemptSupport): BatchOutcome | Promise<BatchOutcome>;
  /**
   * Opens an action as a source of items; what goes wrong is told by the first step. Executors without it have no sources, and
   * lists that ask for one fail with SOURCE_UNSUPPORTED.
   */
  openSource?(request: SourceRequest, support: AttemptSupport): ItemSource;
}

/** Items as they are read. Called for one step at a time, and not again after `end` or `failed`. Neither method rejects. */
export interface ItemSource {
  readonly next: () => Promise<SourceStep>;
  /** Nothing more is wanted; also called while a step is under way. */
  readonly close: () => Promise<void>;
}

/** Plain JSON, as results are. With a cursor, reading can go on behind these items later, in another process. */
export type SourceStep =
  | { readonly kind: 'items'; readonly items: readonly unknown[]; readonly cursor?: unknown }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly failure: TaskFailure };
