import { nearestName, suggestion } from '@weftline/expression';
/**
 * Performs attempts by calling actions.
 *
 * Invariants:
 * 1. Whatever an action does, throws or answers becomes an outcome; nothing is thrown and no promise rejects.
 * 2. An action that answers at once has its outcome at once: no promise, no microtask. Long lists of small items live on it.
 * 3. What an action does not ask for is not made: the signal and the log come into being when they are read.
 */
import type {
  AttemptOutcome,
  AttemptRequest,
  AttemptSupport,
  BatchOutcome,
  BatchRequest,
  ItemSource,
  LogLevel,
  SourceRequest,
  TaskExecutor,
  TaskFailure,
} from '@weftline/coordinator';
import { ActionError, type Action, type ActionItem, type ActionLog, type ActionSupport } from './action.ts';
import { ActionSource } from './action-source.ts';
import { batchOutcome } from './batch-outcome.ts';
import { abortFailure, stackOf, thrownFailure } from './attempt-failure.ts';
import { describeValue } from './describe-value.ts';
import { ActionSetupError } from './errors.ts';
import { jsonValue } from './json-value.ts';
import type { Source, SourceSupport } from './source.ts';

const unknownAction = { code: 'ACTION_UNKNOWN', retryable: false } as const;

/**
 * The actions as they are now, by name; changing the record later changes nothing. Throws ActionSetupError with code
 * ACTION_INVALID where a member is no function.
 */
export function createActionExecutor(actions: Readonly<Record<string, Action>>): TaskExecutor {
  const registry = new Map(Object.entries(actions));
  for (const [name, action] of registry) {
    if (typeof action === 'function') continue;
    const message = `expected the action "${name}" to be a function, got ${describeValue(action)}`;
    throw new ActionSetupError(message, { code: 'ACTION_INVALID' });
  }
  return new ActionExecutor(registry);
}

class ActionExecutor implements TaskExecutor {
  readonly #registry: ReadonlyMap<string, Action<unknown>>;

  constructor(registry: ReadonlyMap<string, Action<unknown>>) {
    this.#registry = registry;
  }

  knows(action: string): boolean {
    return this.#registry.has(action);
  }

  suggest(action: string): string | undefined {
    return nearestName(action, this.#registry.keys());
  }

  execute(request: AttemptRequest, support: AttemptSupport): AttemptOutcome | Promise<AttemptOutcome> {
    const action = this.#registry.get(request.action);
    if (action === undefined) return this.#unknown(request.action);
    const told = new AttemptActionSupport(request, support);
    try {
      const result = action(request.input, told);
      if (!isThenable(result)) return succeeded(result);
      return Promise.resolve(result)
        .then(succeeded)
        .catch((thrown: unknown) => told.failed(thrown));
    } catch (thrown) {
      return told.failed(thrown);
    }
  }

  executeBatch(request: BatchRequest, support: AttemptSupport): BatchOutcome | Promise<BatchOutcome> {
    const action = this.#registry.get(request.action);
    if (action === undefined) return this.#unknown(request.action);
    const told = new BatchActionSupport(request, support);
    const expected = request.items.length;
    try {
      const answer = action({ items: request.items.map(({ input }) => input) }, told);
      if (!isThenable(answer)) return batchOutcome(answer, expected);
      return Promise.resolve(answer)
        .then((list) => batchOutcome(list, expected))
        .catch((thrown: unknown): BatchOutcome => ({ ok: false, failure: told.failureOf(thrown) }));
    } catch (thrown) {
      return { ok: false, failure: told.failureOf(thrown) };
    }
  }

  openSource(request: SourceRequest, support: AttemptSupport): ItemSource {
    const action = this.#registry.get(request.action);
    const told = new SourceActionSupport(request, support);
    const open = (): unknown => {
      if (action === undefined) throw new ActionError(this.#unknownText(request.action), unknownAction);
      return 'source' in action && typeof action.source === 'function'
        ? (action.source as Source<unknown>)(request.input, told)
        : action(request.input, told);
    };
    return new ActionSource(open, (thrown) => ({ kind: 'failed', failure: told.failureOf(thrown) }));
  }

  #unknownText(name: string): string {
    return `there is no action "${name}"${suggestion(name, this.#registry.keys())}`;
  }

  #unknown(name: string): { readonly ok: false; readonly failure: TaskFailure } {
    const message = this.#unknownText(name);
    return { ok: false, failure: { kind: 'definition', code: 'ACTION_UNKNOWN', message, retryable: false } };
  }
}

function succeeded(result: unknown): AttemptOutcome {
  return { ok: true, result: jsonValue(result, 'result') };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

type Told = Pick<AttemptRequest, 'attempt' | 'idempotencyKey' | 'item' | 'index'>;

class AttemptActionSupport implements ActionSupport {
  readonly attempt: number;
  readonly idempotencyKey: string;
  declare readonly item?: unknown;
  declare readonly index?: number;
  readonly #support: AttemptSupport;
  #signal: AbortSignal | undefined;
  #log: ActionLog | undefined;

  constructor(request: Told, support: AttemptSupport) {
    this.attempt = request.attempt;
    this.idempotencyKey = request.idempotencyKey;
    if (request.index !== undefined) {
      this.item = request.item;
      this.index = request.index;
    }
    this.#support = support;
  }

  get signal(): AbortSignal {
    return (this.#signal ??= this.#support.signal);
  }

  get heartbeat(): () => void {
    return () => this.#support.heartbeat?.();
  }

  get log(): ActionLog {
    return (this.#log ??= createLog(this.#support));
  }

  /** An action that never asked for the signal cannot have failed of it. */
  failed(thrown: unknown): AttemptOutcome {
    return { ok: false, failure: this.failureOf(thrown) };
  }

  failureOf(thrown: unknown): TaskFailure {
    this.#logStack(thrown);
    const aborted = this.#signal?.aborted === true;
    return aborted ? abortFailure(this.#signal?.reason) : thrownFailure(thrown);
  }

  #logStack(thrown: unknown): void {
    const stack = stackOf(thrown);
    if (stack !== undefined) this.#support.log('debug', 'the action threw', { stack });
  }
}

class BatchActionSupport extends AttemptActionSupport {
  readonly items: readonly ActionItem[];

  constructor(request: BatchRequest, support: AttemptSupport) {
    super(request, support);
    this.items = request.items;
  }
}

class SourceActionSupport extends AttemptActionSupport implements SourceSupport {
  declare readonly cursor?: unknown;

  constructor(request: SourceRequest, support: AttemptSupport) {
    super(request, support);
    if (request.cursor !== undefined) this.cursor = request.cursor;
  }
}

function createLog(support: AttemptSupport): ActionLog {
  const at =
    (level: LogLevel) =>
    (message: string, fields?: Readonly<Record<string, unknown>>): void =>
      support.log(level, message, fields);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
