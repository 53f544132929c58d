/** What a simulation came to. Plain JSON. */
export interface SimulationResult {
  readonly status: 'succeeded' | 'failed' | 'canceled';
  readonly output: unknown;
  /** Failures that no transition took up. */
  readonly errors: readonly SimulatedError[];
  /** The tasks that were started, in that order: once per visit, whatever its attempts and items. */
  readonly executed: readonly string[];
  /** What actions would have been called with, in the order of the calls: once per attempt, and per item. */
  readonly actions: readonly SimulatedAction[];
  /** What transitions published, in that order. */
  readonly publishes: readonly SimulatedPublication[];
  /** The visits of tasks, in the order of their start. */
  readonly tasks: readonly SimulatedVisit[];
}

export interface SimulatedError {
  /** Absent for an error that is about no task, e.g. an output that cannot be rendered. */
  readonly task?: string;
  /** The first item that failed. */
  readonly item?: number;
  readonly code: string;
  readonly message: string;
}

export interface SimulatedAction {
  readonly task: string;
  readonly action: string;
  /** As rendered; secrets are `***`. */
  readonly input: unknown;
  /** Index of the item. */
  readonly item?: number;
  /** It was called as the source of the items of the task. */
  readonly source?: true;
  /** From 1; retries count up. */
  readonly attempt: number;
}

export interface SimulatedPublication {
  readonly task: string;
  readonly vars: Readonly<Record<string, unknown>>;
}

export interface SimulatedVisit {
  readonly task: string;
  /** `running` only where the simulation was broken off. */
  readonly status: 'succeeded' | 'failed' | 'timed-out' | 'canceled' | 'running';
  /** Indexes of the visits that led here: none for the first tasks, several where a join brought branches together. */
  readonly prev: readonly number[];
}
