/** What a simulation starts from, and what it pretends that actions answered. Plain JSON. */
export interface SimulationCase {
  /** As for an execution: checked, with defaults. Default `{}`. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** Initial variables laid over the `vars` of the workflow: plain values, which its other `vars` see. Default `{}`. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** What the workflow sees as `env.<name>`; nothing else is there. Default `{}`. */
  readonly env?: Readonly<Record<string, string>>;
  /** The first that matches an attempt answers it. An attempt that none matches succeeds with null. */
  readonly mocks?: readonly Mock[];
  /**
   * `wave` (default): every task that is ready is started, all of them are completed in the order started, and only then it is
   * asked what is ready. `eager`: only the one started first is completed before that is asked again.
   */
  readonly order?: SimulationOrder;
}

export const SIMULATION_ORDERS = ['wave', 'eager'] as const;
export type SimulationOrder = (typeof SIMULATION_ORDERS)[number];

/** The answer to attempts of one task. */
export interface Mock {
  readonly task: string;
  /** Index of an item; only for a task with items. Default: every item. */
  readonly item?: number;
  /** About the source of the items (`with.from`), whose `result` is the list of all of them. Default false. */
  readonly source?: boolean;
  /** Only the start with this number: of the task, or of the one item, over all visits and retries; from 1. Default: every start. */
  readonly occurrence?: number;
  /** Default `succeeded`; `failed` where there is an `error`. */
  readonly status?: MockStatus;
  /** Default null. Of a failure it becomes the `details` of the error. */
  readonly result?: unknown;
  /** Answers with this field of the rendered input; an input without it fails the attempt with MOCK_ECHO_MISSING. */
  readonly echo?: string;
  /** Why it failed or timed out: a message, or its parts. */
  readonly error?: string | MockError;
}

export const MOCK_STATUSES = ['succeeded', 'failed', 'timed-out'] as const;
export type MockStatus = (typeof MOCK_STATUSES)[number];

export interface MockError {
  /** Default ACTION_FAILED, or ATTEMPT_TIMED_OUT. */
  readonly code?: string;
  readonly message?: string;
  /** Whether a retry without `when` tries again. Default true. */
  readonly retryable?: boolean;
  readonly details?: unknown;
}
