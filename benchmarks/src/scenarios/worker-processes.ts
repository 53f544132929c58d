import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OwnerMessage, WorkerMessage, WorkerTask } from './row-lock-protocol.ts';

const program = fileURLToPath(new URL('row-lock-worker.js', import.meta.url));

/** Why the processes cannot be started; undefined when they can. */
export function workersUnavailable(): string | undefined {
  return existsSync(program) ? undefined : 'the worker program is not built (turbo run build:program)';
}

/** Processes that complete tasks; started once, asked often. */
export class WorkerProcesses {
  readonly #children: readonly ChildProcess[];

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children;
  }

  static async start(
    count: number,
    { url, connections }: { url: string; connections: number },
  ): Promise<WorkerProcesses> {
    const children = Array.from({ length: count }, () => fork(program, [url, String(connections)]));
    await Promise.all(children.map((child) => once(child, 'message')));
    return new WorkerProcesses(children);
  }

  get count(): number {
    return this.#children.length;
  }

  /** Gives all of them the task; answers the latencies of all completions. `onCompleted` resolves when one is durable. */
  async run(task: WorkerTask, onCompleted?: (result: string) => Promise<void>): Promise<readonly number[]> {
    const latencies = await Promise.all(this.#children.map((child) => runOn(child, task, onCompleted)));
    return latencies.flat();
  }

  async end(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        const ended = once(child, 'exit');
        say(child, { type: 'end' });
        await ended;
      }),
    );
  }
}

function runOn(
  child: ChildProcess,
  task: WorkerTask,
  onCompleted: ((result: string) => Promise<void>) | undefined,
): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    const onExit = (code: number | null): void => {
      settle();
      reject(new Error(`a worker process ended with exit code ${String(code)}`));
    };
    const onMessage = (message: WorkerMessage): void => {
      if (message.type === 'completed')
        onCompleted?.(message.result).then(() => say(child, { type: 'durable', number: message.number }), reject);
      if (message.type !== 'report') return;
      settle();
      resolve(message.latenciesNs);
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
    say(child, task);
  });
}

function say(child: ChildProcess, message: OwnerMessage): void {
  child.send(message);
}
