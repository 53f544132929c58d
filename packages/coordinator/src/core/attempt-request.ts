/** One try at a task or at one of its items, as it is handed to whoever performs it. */
export interface AttemptRequest {
  readonly execution: string;
  readonly task: string;
  readonly action: string;
  readonly input: unknown;
  /** From 1; retries count up. */
  readonly attempt: number;
  /** Names the work (execution, visit of the task, item); the same over retries and crashes. */
  readonly idempotencyKey: string;
  /** Only for items. */
  readonly item?: unknown;
  readonly index?: number;
}

/** Where a source of items is opened. */
export interface SourceRequest {
  readonly execution: string;
  readonly task: string;
  readonly action: string;
  readonly input: unknown;
  /** From 1; attempts without success in a row count up. */
  readonly attempt: number;
  /** Names the list (execution, visit of the task). */
  readonly idempotencyKey: string;
  /** The last one that the source gave with items that are durable; undefined at the beginning. */
  readonly cursor: unknown;
}
