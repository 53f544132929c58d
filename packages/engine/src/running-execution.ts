import type { ExecutionProgress, ExecutionRunner } from '@weftline/coordinator';
import type { Execution, ExecutionEvent, ExecutionEventBody, ExecutionOutcome } from './engine.ts';
import { checkConcurrency } from './check-concurrency.ts';
import { EventStream } from './event-stream.ts';
import { progressOf } from '@weftline/coordinator';

export interface Presentation {
  outcome(outcome: ExecutionOutcome): ExecutionOutcome;
  event(body: ExecutionEventBody): ExecutionEventBody;
}

/** An execution that this engine runs, as its users see it. */
export class RunningExecution implements Execution {
  readonly id: string;
  readonly #runner: ExecutionRunner;
  readonly #presentation: Presentation;

  constructor(runner: ExecutionRunner, presentation: Presentation) {
    this.id = runner.id;
    this.#runner = runner;
    this.#presentation = presentation;
  }

  async outcome(): Promise<ExecutionOutcome> {
    const { status, output, errors } = await this.#runner.outcome();
    return this.#presentation.outcome({ status, output, errors });
  }

  events(): AsyncIterable<ExecutionEvent> {
    const stream = new EventStream({
      execution: this.id,
      redact: (body) => this.#presentation.event(body),
      onReturn: () => stop(),
    });
    const stop = this.#runner.observe(stream);
    return stream;
  }

  progress(): ExecutionProgress {
    return progressOf(this.#runner.state);
  }

  cancel({
    immediate = false,
    reason,
  }: { readonly immediate?: boolean; readonly reason?: string } = {}): Promise<void> {
    return this.#runner.submit({ type: 'cancel-requested', atMs: this.#runner.nowMs(), immediate, reason });
  }

  async pause(): Promise<void> {
    await this.#runner.submit({ type: 'pause-requested', atMs: this.#runner.nowMs() });
    await this.#runner.until(({ status, outcome }) => status === 'paused' || outcome !== undefined);
  }

  resume(): Promise<void> {
    return this.#runner.submit({ type: 'resume-requested', atMs: this.#runner.nowMs() });
  }

  async setConcurrency(task: string, concurrency: number): Promise<void> {
    checkConcurrency(this.#runner.definition, task, concurrency);
    await this.#runner.submit({ type: 'concurrency-changed', atMs: this.#runner.nowMs(), task, concurrency });
  }
}
