import { Deferred } from '../src/deferred.ts';
import type { AttemptRequest } from '../src/core/attempt-request.ts';
import type { AttemptOutcome, AttemptSupport, TaskExecutor } from '../src/task-executor.ts';
import { eventually } from '../src/conformance/eventually.ts';

export type Perform = (request: AttemptRequest, support: AttemptSupport) => AttemptOutcome | Promise<AttemptOutcome>;

interface Held {
  readonly deferred: Deferred<AttemptOutcome>;
  readonly support: AttemptSupport;
}

/** `hold`: the attempts of the task stay in flight until `answer`. */
export type Script = Readonly<Record<string, Perform | 'hold'>>;

/** Performs attempts as a test says, by task; a task without a script echoes its input. */
export class ScriptedExecutor implements TaskExecutor {
  /** In order: `task`, `task[index]`, with `#attempt` from the second on. */
  readonly calls: string[] = [];
  readonly requests: AttemptRequest[] = [];
  readonly #script: Script;
  readonly #held = new Map<string, Held>();

  constructor(script: Script = {}) {
    this.#script = script;
  }

  knows(): boolean {
    return true;
  }

  suggest(): undefined {
    return undefined;
  }

  execute(request: AttemptRequest, support: AttemptSupport): AttemptOutcome | Promise<AttemptOutcome> {
    this.calls.push(nameOf(request));
    this.requests.push(request);
    const perform = this.#script[request.task] ?? echo;
    return perform === 'hold' ? this.#hold(request, support) : perform(request, support);
  }

  get held(): readonly string[] {
    return [...this.#held.keys()];
  }

  /** Waits until the attempt is in flight, then answers it. */
  async answer(name: string, outcome: AttemptOutcome): Promise<void> {
    const held = await this.inFlight(name);
    this.#held.delete(name);
    held.deferred.resolve(outcome);
  }

  /** Waits until the attempt is in flight; what it was given, and the promise that it answered with. */
  async inFlight(name: string): Promise<Held> {
    await eventually(() => this.#held.has(name), `${name} in flight, not only ${this.held.join(', ')}`);
    const held = this.#held.get(name);
    if (held === undefined) throw new Error(`${name} is not in flight`);
    return held;
  }

  #hold(request: AttemptRequest, support: AttemptSupport): Promise<AttemptOutcome> {
    const deferred = new Deferred<AttemptOutcome>();
    this.#held.set(nameOf(request), { deferred, support });
    return deferred.promise;
  }
}

function echo(request: AttemptRequest): AttemptOutcome {
  return { ok: true, result: request.input };
}

function nameOf({ task, index, attempt }: AttemptRequest): string {
  return `${task}${index === undefined ? '' : `[${index}]`}${attempt === 1 ? '' : `#${attempt}`}`;
}
