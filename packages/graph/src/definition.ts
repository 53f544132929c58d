import type { Language } from '@weftline/expression';

/**
 * The one normal form of a workflow. The native reader, the dialect importers and the typed builder all produce it;
 * it is plain JSON, so that a journal can hold it and any later release can read it.
 *
 * `TemplateValue` is JSON whose strings may hold `{{ }}`; `ExpressionText` is the text of one expression.
 */
export type TemplateValue = unknown;
export type ExpressionText = string;

export interface WorkflowDefinition {
  /** Version of this form. */
  readonly format: 1;
  /**
   * Whose expressions its texts hold, and whose rules hold where the languages differ. Absent: `native`. A version of a language
   * that means something else would be given a name of its own.
   */
  readonly language?: Language;
  readonly name: string;
  readonly description?: string;
  /** Declared inputs by name, in the order written. */
  readonly input: Readonly<Record<string, InputDeclaration>>;
  /** Initial variables; rendered in the order written, each sees those before it. */
  readonly vars: Readonly<Record<string, TemplateValue>>;
  /** Tasks by name, in the order written. */
  readonly tasks: Readonly<Record<string, TaskDefinition>>;
  /** Rendered once at the end. Absent: the output is null. */
  readonly output?: TemplateValue;
}

/** JSON Schema keywords that are acted on: type, enum, const, minimum, maximum, minLength, maxLength, pattern, minItems, maxItems, items, properties, required (on objects), additionalProperties. */
export interface InputDeclaration {
  readonly required: boolean;
  /** Absent: no default; a missing optional input is null. */
  readonly default?: unknown;
  readonly description?: string;
  /** Masked wherever inputs are shown. */
  readonly secret?: boolean;
  readonly schema?: Readonly<Record<string, unknown>>;
}

export interface TaskDefinition {
  readonly name: string;
  /** Absent: the task completes at once with null. */
  readonly action?: string;
  /** Default `{}`. */
  readonly input: TemplateValue;
  /** Where this does not hold, there is nothing to do: the task succeeds at once with null, over a list with `[]`. Absent: always. */
  readonly when?: ExpressionText;
  readonly with?: ItemsDefinition;
  readonly retry?: RetryDefinition;
  /** Limit of one attempt: milliseconds, or an expression giving a duration. */
  readonly timeoutMs?: number | ExpressionText;
  /** Longest silence of one attempt before it counts as lost: milliseconds, or an expression giving a duration. Default: none. */
  readonly heartbeatMs?: number | ExpressionText;
  /** Wait before the first attempt: milliseconds, or an expression giving a duration. */
  readonly delayMs?: number | ExpressionText;
  /** Barrier over inbound tasks. Absent: one visit per arrival. */
  readonly join?: JoinDefinition;
  /** All transitions that hold are taken, in order. */
  readonly next: readonly TransitionDefinition[];
}

/** Runs the task once per member of a list. */
export interface ItemsDefinition {
  /** A list, or an expression giving one. A map is a list of its entries, each `{ key, value }`. */
  readonly items?: TemplateValue;
  /** An action that produces the items, in the place of `items`. They are read as they are needed. */
  readonly from?: SourceDefinition;
  /** Further name under which the item is visible; several name its parts: the members of a list, or key and value of an entry. */
  readonly as?: string | readonly string[];
  /** Items in flight at most; default 10. */
  readonly concurrency: number | ExpressionText;
  /** Several items for one call of the action; `concurrency` then counts calls. */
  readonly batch?: BatchDefinition;
  /** How many calls may begin within some time. Default: any number. */
  readonly rate?: RateDefinition;
  /** Failed items that do not fail the task: a count, a share of all items from `0%` to `100%`, or an expression giving either. Default 0. */
  readonly tolerate?: number | ExpressionText;
  /** What a failure of the list, that is one item more than is tolerated, means for the items that have not ended. Default `continue`. */
  readonly onFailure?: FailureMode;
  /** Of an item that failed for good: when this holds, its failure counts towards no limit. Default: never. */
  readonly continueWhen?: ExpressionText;
  /** Of a failed attempt: when this holds, it is not retried and the list fails, whatever is tolerated. Default: never. */
  readonly failWhen?: ExpressionText;
  /** What the result of the task is made of. Default `all`. */
  readonly collect?: CollectMode;
  /** Folds the results into one instead of collecting them. Not together with `collect`. */
  readonly reduce?: ReduceDefinition;
}

export interface BatchDefinition {
  /** Items in one call at most. */
  readonly size: number | ExpressionText;
  /** Characters of the items of one call as JSON, at most; one item is always taken. Default: no bound. */
  readonly bytesMax?: number | ExpressionText;
  /** How long an incomplete batch waits for items that a source or a back-off may bring: milliseconds, or an expression giving a duration. Default 0. */
  readonly waitMs?: number | ExpressionText;
}

export interface RateDefinition {
  readonly limit: number | ExpressionText;
  /** Milliseconds, or an expression giving a duration. */
  readonly perMs: number | ExpressionText;
}

/** An action whose result can be iterated over, as a list or an (asynchronous) iterable. */
export interface SourceDefinition {
  readonly action: string;
  /** Rendered once, when the source is opened; once more after a crash or a failure. Default `{}`. */
  readonly input: TemplateValue;
}

/** `continue`: every item still runs. `stop`: what has begun ends, nothing else begins. `cancel`: what is in flight is aborted too. */
export const FAILURE_MODES = ['continue', 'stop', 'cancel'] as const;
export type FailureMode = (typeof FAILURE_MODES)[number];

/** `all`: every result in item order. `failed`: the failed items. `count`: the counts. `none`: null. */
export const COLLECT_MODES = ['all', 'failed', 'none', 'count'] as const;
export type CollectMode = (typeof COLLECT_MODES)[number];

/** Evaluated for each item that succeeded, in item order; its last value is the result of the task. */
export interface ReduceDefinition {
  /** The first `acc`. Default null. */
  readonly initial: TemplateValue;
  /** The next `acc`, from `acc`, `result`, `item` and `index`. */
  readonly value: ExpressionText;
}

export interface RetryDefinition {
  /** Retries after the first attempt, or an expression giving their number. */
  readonly count: number | ExpressionText;
  /** Default 0. */
  readonly delayMs: number | ExpressionText;
  /** Default `constant`. */
  readonly backoff: 'constant' | 'linear' | 'exponential';
  /** Upper bound of one delay. Default: none. */
  readonly maxDelayMs?: number | ExpressionText;
  /** Share of the delay that is taken off at random, 0 to 1. Default 0. */
  readonly jitter: number;
  /**
   * `attempt`: an attempt that failed is made again, of a list each item by itself. `task`: the task as a whole is done again when
   * it has come to its end and `when` holds, also after a success; absent `when`, after a failure. Default `attempt`.
   */
  readonly scope?: RetryScope;
  /** Default: retry every failure that calls itself retryable, time-outs included. */
  readonly when?: ExpressionText;
}

export const RETRY_SCOPES = ['attempt', 'task'] as const;
export type RetryScope = (typeof RETRY_SCOPES)[number];

export type JoinDefinition = 'all' | 'any' | number;

export interface TransitionDefinition {
  /** Holds only if no transition before it in the list does; with `when` it makes "else if", without it "else". */
  readonly otherwise?: true;
  /** Absent: always, whatever the status. */
  readonly when?: ExpressionText;
  /** Variables published, in the order written; each sees those before it. */
  readonly publish: readonly (readonly [name: string, value: TemplateValue])[];
  /** Tasks or engine commands. Empty: publish only. */
  readonly do: readonly string[];
}

/** `noop` ends the branch and forgives the failure; `continue` ends it and lets the failure stand; `fail` fails the execution; `retry` runs the task again. */
export const ENGINE_COMMANDS = ['noop', 'continue', 'fail', 'retry'] as const;
export type EngineCommand = (typeof ENGINE_COMMANDS)[number];
