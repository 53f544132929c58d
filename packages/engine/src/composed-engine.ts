import type { ContextStrategy } from '@weftline/context';
import {
  concurrencyText,
  CoordinatorError,
  type Clock,
  type Coordinator,
  type ExecutionRunner,
  type NewExecutionOptions,
} from '@weftline/coordinator';
import { checkInput, type WorkflowDefinition } from '@weftline/graph';
import {
  StoreError,
  type ExecutionPage,
  type ExecutionSummary,
  type ListQuery,
  type Store,
} from '@weftline/persistence';
import { ulid } from 'ulid';
import { adoptInto } from './adopt-into.ts';
import type {
  Adoption,
  AdoptOptions,
  Engine,
  Execution,
  ExecutionInspection,
  StartingExecution,
  StartOptions,
} from './engine.ts';
import { checkPriority } from './check-priority.ts';
import { checkConcurrency } from './check-concurrency.ts';
import { EngineError } from './errors.ts';
import { inspectExecution } from './inspect.ts';
import type { LogEntry } from './log-entry.ts';
import { createPresentation } from './presentation.ts';
import type { Redactor } from './redactor.ts';
import { RunningExecution } from './running-execution.ts';
import { PendingExecution } from './starting-execution.ts';

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const latest = '@latest';

export interface ComposedEngineOptions {
  readonly store: Store;
  readonly coordinator: Coordinator;
  readonly context: ContextStrategy;
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly env: Readonly<Record<string, string>>;
  log(entry: LogEntry): void;
  /** Makes a value that enters unchangeable, or leaves it as it is. */
  freeze<Value>(value: Value): Value;
}

export class ComposedEngine implements Engine {
  readonly #options: ComposedEngineOptions;
  readonly #adoptions = new Set<Adoption>();
  #closing: Promise<void> | undefined;

  constructor(options: ComposedEngineOptions) {
    this.#options = options;
  }

  start(definition: WorkflowDefinition, options: StartOptions = {}): StartingExecution {
    const id = options.id ?? ulid();
    return new PendingExecution(id, this.#start(definition, { ...options, id }));
  }

  async #start(definition: WorkflowDefinition, options: StartOptions & { readonly id: string }): Promise<Execution> {
    const execution = this.#admit(definition, options);
    try {
      return this.#present(await this.#options.coordinator.start(execution), definition);
    } catch (error) {
      throw translate(error, execution.id, { conflict: 'EXECUTION_EXISTS' });
    }
  }

  async submit(definition: WorkflowDefinition, options: StartOptions = {}): Promise<string> {
    const execution = this.#admit(definition, { ...options, id: options.id ?? ulid() });
    try {
      await this.#options.coordinator.submit(execution);
      return execution.id;
    } catch (error) {
      throw translate(error, execution.id, { conflict: 'EXECUTION_EXISTS' });
    }
  }

  #admit(definition: WorkflowDefinition, options: StartOptions & { readonly id: string }): NewExecutionOptions {
    this.#assertOpen();
    const { id, labels = {}, priority } = options;
    if (!idPattern.test(id)) {
      const expected = 'expected 1 to 128 of the characters A-Z a-z 0-9 . _ : -, beginning with a letter or digit';
      throw new EngineError(`execution id ${JSON.stringify(id)}: ${expected}`, { code: 'EXECUTION_ID_INVALID' });
    }
    const { value, issues } = checkInput(definition, options.input ?? {});
    if (issues.length > 0) throw invalidInput(issues);
    const { env } = this.#options;
    this.#options.freeze(definition);
    const started = { id, definition, input: this.#options.freeze(value), env, labels };
    return priority === undefined ? started : { ...started, priority: checkPriority(priority) };
  }

  adopt({ intervalMs = 5_000, executionsMax = 100, onAdopted }: AdoptOptions = {}): Adoption {
    this.#assertOpen();
    for (const [name, value] of Object.entries({ intervalMs, executionsMax })) {
      if (Number.isFinite(value) && value >= 1) continue;
      throw new EngineError(`adopt: ${name}: expected a number from 1, got ${value}`, { code: 'ARGUMENT_INVALID' });
    }
    const adoption = adoptInto({ ...this.#options, intervalMs, executionsMax }, (runner) =>
      onAdopted?.(this.#present(runner, runner.definition)),
    );
    this.#adoptions.add(adoption);
    return adoption;
  }

  drain(): Promise<void> {
    return this.#options.coordinator.drain();
  }

  async recover({ id }: { readonly id?: string } = {}): Promise<readonly Execution[]> {
    this.#assertOpen();
    if (id !== undefined) return [await this.#recoverOne((await this.get(id)).id)];
    const executions: Execution[] = [];
    let page: ExecutionPage = { executions: [], cursor: '' };
    for (let cursor: string | undefined; page.cursor !== undefined; cursor = page.cursor) {
      page = await this.list({ unfinished: true, limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
      for (const summary of page.executions) {
        const recovered = await this.#tryRecover(summary.id);
        if (recovered !== undefined) executions.push(recovered);
      }
    }
    return executions;
  }

  /** One that somebody else runs is none of ours; one that cannot be taken up must not keep us from the others. */
  async #tryRecover(id: string): Promise<Execution | undefined> {
    try {
      return await this.#recoverOne(id);
    } catch (error) {
      const skipped =
        error instanceof EngineError && (error.code === 'EXECUTION_HELD' || error.code === 'EXECUTION_FINISHED');
      if (skipped) return undefined;
      if (!(error instanceof EngineError) && !(error instanceof CoordinatorError)) throw error;
      this.#options.log({ level: 'error', message: `not recovered: ${error.message}`, execution: id });
      return undefined;
    }
  }

  async #recoverOne(id: string): Promise<Execution> {
    try {
      const runner = await this.#options.coordinator.recover(id);
      return this.#present(runner, runner.definition);
    } catch (error) {
      throw translate(error, id, { conflict: 'EXECUTION_HELD' });
    }
  }

  #present(runner: ExecutionRunner, definition: WorkflowDefinition): Execution {
    return new RunningExecution(runner, createPresentation(this.#options.redactor, definition));
  }

  list(query: ListQuery = {}): Promise<ExecutionPage> {
    this.#assertOpen();
    return this.#options.store.list(query);
  }

  async get(id: string): Promise<ExecutionSummary> {
    this.#assertOpen();
    const { store } = this.#options;
    const summary = id === latest ? (await store.list({ limit: 1 })).executions[0] : await store.get(id);
    if (summary !== undefined) return summary;
    const what = id === latest ? 'the store holds no execution yet' : `no execution ${JSON.stringify(id)}`;
    throw new EngineError(what, { code: 'EXECUTION_NOT_FOUND' });
  }

  async inspect(id: string): Promise<ExecutionInspection> {
    const summary = await this.get(id);
    return inspectExecution(summary, this.#options);
  }

  async request(
    id: string,
    kind: 'cancel' | 'pause' | 'resume',
    options: { readonly immediate?: boolean; readonly reason?: string } = {},
  ): Promise<void> {
    const summary = await this.#unfinished(id);
    const runner = this.#options.coordinator.runner(summary.id);
    if (runner === undefined) {
      await this.#options.store.request({ execution: summary.id, kind, ...options });
      return;
    }
    const execution = this.#present(runner, runner.definition);
    if (kind === 'cancel') await execution.cancel(options);
    else if (kind === 'pause') await execution.pause();
    else await execution.resume();
  }

  async setConcurrency(id: string, task: string, concurrency: number): Promise<void> {
    const summary = await this.#unfinished(id);
    const runner = this.#options.coordinator.runner(summary.id);
    if (runner !== undefined) {
      await this.#present(runner, runner.definition).setConcurrency(task, concurrency);
      return;
    }
    const { definition } = await inspectExecution(summary, this.#options);
    checkConcurrency(definition, task, concurrency);
    const reason = concurrencyText({ task, concurrency });
    await this.#options.store.request({ execution: summary.id, kind: 'set-concurrency', reason });
  }

  async #unfinished(id: string): Promise<ExecutionSummary> {
    const summary = await this.get(id);
    if (summary.finishedAtMs === undefined) return summary;
    const message = `execution ${summary.id} has ended as ${summary.status}`;
    throw new EngineError(message, { code: 'EXECUTION_FINISHED' });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { coordinator, store } = this.#options;
    const stopped = [...this.#adoptions].map((adoption) => adoption.stop());
    await coordinator.close();
    await Promise.all(stopped);
    await store.close();
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new EngineError('the engine was closed', { code: 'ENGINE_CLOSED' });
  }
}

function invalidInput(issues: readonly { readonly path: string; readonly message: string }[]): EngineError {
  const message = issues.map(({ path, message: text }) => `${path}: ${text}`).join('\n');
  return new EngineError(message, { code: 'INPUT_INVALID', issues });
}

/** Failures of the parts below, in the words of the engine; what is not about this call is passed on. */
function translate(
  error: unknown,
  id: string,
  codes: { readonly conflict: 'EXECUTION_EXISTS' | 'EXECUTION_HELD' },
): unknown {
  if (error instanceof CoordinatorError && error.code === 'EXECUTION_FINISHED') {
    return new EngineError(error.message, { code: 'EXECUTION_FINISHED', cause: error });
  }
  if (!(error instanceof StoreError)) return error;
  switch (error.code) {
    case 'STORE_CONFLICT':
      return new EngineError(conflictText[codes.conflict](id), { code: codes.conflict, cause: error });
    case 'STORE_HELD':
      return new EngineError(error.message, { code: 'EXECUTION_HELD', cause: error });
    case 'STORE_NOT_FOUND':
      return new EngineError(error.message, { code: 'EXECUTION_NOT_FOUND', cause: error });
    default:
      return error;
  }
}

const conflictText = {
  EXECUTION_EXISTS: (id: string) => `execution ${JSON.stringify(id)} exists already`,
  EXECUTION_HELD: (id: string) => `execution ${JSON.stringify(id)} was taken over by another owner`,
};
