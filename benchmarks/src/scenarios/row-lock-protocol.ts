/** What a worker process is asked to do with completions that are all there at once. */
export type WorkerTask = RowLockTask | HandOverTask;

export interface RowLockTask {
  readonly type: 'row-lock';
  readonly table: string;
  /** How often the row is locked: once for a completion, or for it and once more for each of its three next tasks. */
  readonly per: 'task' | 'completion';
  readonly completions: number;
  /** The result that each completion brings. */
  readonly result: string;
}

/** The completions are handed to the process that owns the execution. */
export interface HandOverTask {
  readonly type: 'hand-over';
  readonly completions: number;
  readonly result: string;
}

export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'completed'; readonly number: number; readonly result: string }
  /** Done; with the time from the begin to each completion's being durable. */
  | { readonly type: 'report'; readonly latenciesNs: readonly number[] };

export type OwnerMessage =
  WorkerTask | { readonly type: 'durable'; readonly number: number } | { readonly type: 'end' };
