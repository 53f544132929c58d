/** What an action is told beside its input. Hand it on as it is: a spread copy lacks `signal` and `log`, which are made when first read. */
export interface ActionSupport {
  /** Aborted on time-out (`signal.reason` is a TimeoutError) and on cancellation (an AbortError). */
  readonly signal: AbortSignal;
  /** From 1; retries count up. */
  readonly attempt: number;
  /** Names the work (execution, visit of the task, item); the same over retries and crashes. */
  readonly idempotencyKey: string;
  /** Only for items. */
  readonly item?: unknown;
  readonly index?: number;
  /** Only in a call for several items (`with.batch`): what each of them is, in the order of `input.items`. */
  readonly items?: readonly ActionItem[];
  readonly log: ActionLog;
  /**
   * A sign of life of a long attempt. Where the task has `heartbeat`, an attempt that gives none for so long fails as a time-out, with code
   * HEARTBEAT_MISSED. Costs next to nothing.
   */
  readonly heartbeat: () => void;
}

/** One of several items in one call. */
export interface ActionItem {
  readonly item: unknown;
  readonly index: number;
  readonly attempt: number;
  /** Names the work on this item; the same over retries and crashes. */
  readonly idempotencyKey: string;
}

export interface ActionLog {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What a workflow renders for `input`, where an action says nothing closer about it. */
export type ActionInput = Readonly<Record<string, unknown>>;

/**
 * A unit of work. It may run more than once for the same `idempotencyKey` (after a crash or a retry), its result is applied once.
 * In a call for several items (`with.batch`) the input is `{ items }`, the inputs of the items in order, and the answer a list with one
 * entry for each: its result, or `{ error }`, a text or what `ActionErrorOptions` has beside a `message`, or an Error. What is thrown
 * fails all of them; an answer of another form fails them with BATCH_ANSWER.
 * The result must be JSON; `undefined` counts as null. Throwing fails the attempt; `ActionError` says more about the failure.
 */
// Methods compare their parameters both ways: an action may ask for a closer input than `ActionInput`, which it must then
// be able to trust or check itself.
export type Action<Input = ActionInput, Result = unknown> = {
  bivariant(input: Input, support: ActionSupport): Result | Promise<Result>;
}['bivariant'];

/**
 * Takes a function as an action whatever its input is declared as: an interface, a list, a text. Functions whose input is an
 * object type written in place need no such help.
 */
export function defineAction<Input, Result = unknown>(
  run: (input: Input, support: ActionSupport) => Result | Promise<Result>,
): Action {
  return run as Action;
}

export interface ActionErrorOptions {
  /** Stable, in capitals, e.g. `HTTP_STATUS`. */
  readonly code?: string;
  /** Whether the default retry condition may try again. Default true. */
  readonly retryable?: boolean;
  /** JSON for `error.details` in expressions. */
  readonly details?: unknown;
  /** Its message is added to that of the failure where it says something new. */
  readonly cause?: unknown;
}

/** A failure that an action describes itself. */
export class ActionError extends Error {
  readonly code: string | undefined;
  readonly retryable: boolean;
  readonly details: unknown;

  constructor(message: string, options: ActionErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ActionError';
    this.code = options.code;
    this.retryable = options.retryable ?? true;
    this.details = options.details;
  }
}
