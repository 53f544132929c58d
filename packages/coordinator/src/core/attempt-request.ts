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
