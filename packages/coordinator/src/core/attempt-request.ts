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

/** One call for several items. */
export interface BatchRequest {
  readonly execution: string;
  readonly task: string;
  readonly action: string;
  readonly items: readonly BatchRequestItem[];
  /** The greatest attempt number of the items. */
  readonly attempt: number;
  /** Names the call by its items: the same after a crash; an item that is retried comes in another call. */
  readonly idempotencyKey: string;
}

export interface BatchRequestItem {
  /** What the input of the task comes to for this item. */
  readonly input: unknown;
  readonly item: unknown;
  readonly index: number;
  readonly attempt: number;
  /** Names the work on this item; the same over retries and crashes. */
  readonly idempotencyKey: string;
}
