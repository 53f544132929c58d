import type { ExecutionProgress } from '@weftline/coordinator';
import type { Execution, ExecutionEvent, ExecutionOutcome, StartingExecution } from './engine.ts';

/**
 * An execution whose start is on its way to the store. It can be used at once, each call waiting for the start by itself,
 * or awaited; awaiting gives the plain execution.
 */
export class PendingExecution implements StartingExecution {
  readonly id: string;
  readonly #started: Promise<Execution>;
  #execution: Execution | undefined;

  constructor(id: string, started: Promise<Execution>) {
    this.id = id;
    this.#started = started.then((execution) => (this.#execution = execution));
    // Whoever awaits the start or asks for the outcome gets the reason; without them it must not end the process.
    this.#started.catch(() => undefined);
  }

  then<Started = Execution, Failed = never>(
    onStarted?: ((execution: Execution) => Started | PromiseLike<Started>) | null,
    onFailed?: ((reason: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Started | Failed> {
    return this.#started.then(onStarted, onFailed);
  }

  async outcome(): Promise<ExecutionOutcome> {
    return (await this.#started).outcome();
  }

  async *events(): AsyncIterable<ExecutionEvent> {
    yield* (await this.#started).events();
  }

  progress(): ExecutionProgress {
    return this.#execution?.progress() ?? { status: 'running', tasks: [] };
  }

  async cancel(options?: { readonly immediate?: boolean; readonly reason?: string }): Promise<void> {
    await (await this.#started).cancel(options);
  }

  async pause(): Promise<void> {
    await (await this.#started).pause();
  }

  async resume(): Promise<void> {
    await (await this.#started).resume();
  }

  async setConcurrency(task: string, concurrency: number): Promise<void> {
    await (await this.#started).setConcurrency(task, concurrency);
  }
}
