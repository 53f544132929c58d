import type { Context, TaskView } from '@weftline/context';
import type { Scope } from '@weftline/expression';
import type { Rules } from './rules.ts';
import { isoTime } from './iso-time.ts';

/** What `vars` and `output` see: a context and the time of the event at hand. */
export class ContextScope implements Scope {
  readonly #context: Context;
  readonly #atMs: number;

  constructor(context: Context, atMs: number) {
    this.#context = context;
    this.#atMs = atMs;
  }

  resolve(name: string): unknown {
    return this.#context.resolve(name);
  }

  lookup(namespace: string, key: string): unknown {
    return this.#context.lookup(namespace, key);
  }

  call(name: string): unknown {
    return name === 'now' ? isoTime(this.#atMs) : undefined;
  }
}

export interface AttemptNames {
  readonly attempt: number;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What a task's own templates see: also the attempt number and secrets. */
export class AttemptScope extends ContextScope {
  readonly #names: AttemptNames;

  constructor(context: Context, atMs: number, names: AttemptNames) {
    super(context, atMs);
    this.#names = names;
  }

  override resolve(name: string): unknown {
    return name === 'attempt' ? this.#names.attempt : super.resolve(name);
  }

  override lookup(namespace: string, key: string): unknown {
    if (namespace !== 'secret') return super.lookup(namespace, key);
    const { secrets } = this.#names;
    return Object.hasOwn(secrets, key) ? secrets[key] : undefined;
  }
}

/** How something came out, and by which rules that is told. */
export interface Completion {
  readonly view: TaskView;
  readonly rules: Pick<Rules, 'timeoutsAreFailures'>;
}

/** What `next` and `retry.when` see: also how the task, or the attempt, came out. */
export class CompletionScope extends ContextScope {
  readonly #view: TaskView;
  readonly #timeoutsAreFailures: boolean;

  constructor(context: Context, atMs: number, { view, rules }: Completion) {
    super(context, atMs);
    this.#view = view;
    this.#timeoutsAreFailures = rules.timeoutsAreFailures;
  }

  override resolve(name: string): unknown {
    return name === 'attempt' ? this.#view.attempts : super.resolve(name);
  }

  override call(name: string): unknown {
    const { status } = this.#view;
    switch (name) {
      case 'result':
        return this.#view.result;
      case 'error':
        return this.#view.error;
      case 'succeeded':
        return status === 'succeeded';
      case 'failed':
        return status === 'failed' || (status === 'timed-out' && this.#timeoutsAreFailures);
      case 'timed_out':
        return status === 'timed-out';
      case 'canceled':
        return status === 'canceled';
      case 'completed':
        return true;
      default:
        return super.call(name);
    }
  }
}

/** What `with.reduce` sees: the item, its result and what the results before it came to. */
export class ReduceScope extends ContextScope {
  readonly #acc: unknown;
  readonly #result: unknown;

  constructor(context: Context, atMs: number, names: { readonly acc: unknown; readonly result: unknown }) {
    super(context, atMs);
    this.#acc = names.acc;
    this.#result = names.result;
  }

  override resolve(name: string): unknown {
    if (name === 'acc') return this.#acc;
    return name === 'result' ? this.#result : super.resolve(name);
  }
}
