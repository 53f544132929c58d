import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Execution, ExecutionEvent, ExecutionOutcome, ExecutionStatus } from '@weftline/engine';
import { fakeTerminal } from '../test/fake-terminal.ts';
import { followExecution } from './follow-execution.ts';
import type { FollowRequest } from './follow-execution.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const succeeded: ExecutionOutcome = { status: 'succeeded', output: { total: 3 }, errors: [] };
const failed: ExecutionOutcome = {
  status: 'failed',
  output: null,
  errors: [{ code: 'HTTP_STATUS', message: 'got 503', task: 'fetch', item: 4 }],
};

/** An execution that is moved by hand. */
class HandExecution implements Execution {
  readonly id = '01ABC';
  status: ExecutionStatus = 'running';
  readonly asked: string[] = [];
  readonly told: ExecutionEvent[] = [];
  #end: (outcome: ExecutionOutcome) => void = () => undefined;
  #lose: (error: Error) => void = () => undefined;
  #pause: () => void = () => undefined;
  readonly #outcome = new Promise<ExecutionOutcome>((resolve, reject) => {
    this.#end = resolve;
    this.#lose = reject;
  });
  readonly #paused = new Promise<void>((resolve) => (this.#pause = resolve));

  end(outcome: ExecutionOutcome): void {
    this.status = outcome.status;
    this.#end(outcome);
    this.#pause();
  }

  lose(error: Error): void {
    this.#lose(error);
  }

  /** Nothing is in flight any more. */
  settle(): void {
    this.status = 'paused';
    this.#pause();
  }

  outcome(): Promise<ExecutionOutcome> {
    return this.#outcome;
  }

  async *events(): AsyncGenerator<ExecutionEvent> {
    await this.#outcome;
    yield* this.told;
  }

  progress(): ReturnType<Execution['progress']> {
    return { status: this.status, tasks: [] };
  }

  async cancel(): Promise<void> {
    this.asked.push('cancel');
  }

  async pause(): Promise<void> {
    this.asked.push('pause');
    await this.#paused;
  }

  async resume(): Promise<void> {
    this.asked.push('resume');
  }

  async setConcurrency(): Promise<void> {
    this.asked.push('set-concurrency');
  }
}

interface Following {
  readonly execution: HandExecution;
  readonly signals: EventEmitter;
  readonly closed: string[];
  readonly exitCode: Promise<number>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly readerGone: () => void;
}

function follow(
  options: Partial<FollowRequest> & { output?: 'text' | 'json' | 'jsonl'; quiet?: boolean } = {},
): Following {
  const { output = 'text', quiet = false, ...rest } = options;
  const { terminal, stdout, stderr } = fakeTerminal({ output, verbosity: quiet ? -1 : 0, env: {} });
  const execution = new HandExecution();
  const signals = new EventEmitter();
  const closed: string[] = [];
  const exitCode = followExecution({
    terminal,
    execution,
    surroundings: { signals, leave: (code) => closed.push(`left with ${code}`) },
    engine: {
      async close() {
        closed.push('closed');
        execution.lose(Object.assign(new Error('closed'), { code: 'COORDINATOR_CLOSED' }));
      },
    },
    workflow: 'orders',
    followUp: { command: (name, id) => `weftline ${name} ${id}` },
    graceMs: 30_000,
    sinceMs: performance.now(),
    ...rest,
  });
  return {
    ...{ execution, signals, closed, exitCode },
    stdout: () => stdout.text,
    stderr: () => stderr.text,
    readerGone: () => stdout.fail('EPIPE'),
  };
}

describe('an execution that ends', () => {
  it('gives its output to stdout and the way back to it to stderr', async () => {
    const run = follow();
    run.execution.end(succeeded);
    expect(await run.exitCode).toBe(0);
    expect(run.stdout()).toBe('{\n  "total": 3\n}\n');
    expect(run.stderr()).toBe('orders succeeded in 0ms\nsee it again with: weftline show 01ABC\n');
    expect(run.closed).toEqual(['closed']);
  });

  it('tells why it failed and exits with 1', async () => {
    const run = follow();
    run.execution.end(failed);
    expect(await run.exitCode).toBe(1);
    expect(run.stdout()).toBe('');
    expect(run.stderr()).toContain('error fetch[4] HTTP_STATUS: got 503\norders failed in 0ms\n');
  });

  it('exits with 4 when it was canceled, and gives the output it got to', async () => {
    const run = follow();
    run.execution.end({ status: 'canceled', output: { done: 1 }, errors: [] });
    expect(await run.exitCode).toBe(4);
    expect(JSON.parse(run.stdout())).toEqual({ done: 1 });
  });

  it('says one line when quiet, with the reason and the id', async () => {
    const run = follow({ quiet: true });
    run.execution.end(failed);
    await run.exitCode;
    expect(run.stderr()).toBe('orders failed in 0ms: fetch[4] HTTP_STATUS: got 503 (01ABC)\n');
  });

  it('is one versioned object in the JSON mode', async () => {
    const run = follow({ output: 'json' });
    run.execution.end(failed);
    await run.exitCode;
    expect(JSON.parse(run.stdout())).toEqual({ v: 1, id: '01ABC', workflow: 'orders', ...failed });
  });

  it('is the last line after its events in the JSON lines mode', async () => {
    const run = follow({ output: 'jsonl' });
    const at = '2026-01-01T00:00:00.000Z';
    run.execution.told.push({ sequence: 2, at, execution: '01ABC', type: 'execution-recovered' });
    run.execution.end(succeeded);
    await run.exitCode;
    const lines = run
      .stdout()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      { v: 1, sequence: 2, at, execution: '01ABC', type: 'execution-recovered' },
      { v: 1, type: 'outcome', id: '01ABC', workflow: 'orders', ...succeeded },
    ]);
  });
});

describe('a signal', () => {
  it('pauses, waits for what is in flight and tells how to resume', async () => {
    const run = follow();
    run.signals.emit('SIGINT');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(run.execution.asked).toEqual(['pause']);
    expect(run.closed).toEqual([]);
    run.execution.settle();
    expect(await run.exitCode).toBe(130);
    expect(run.closed).toEqual(['closed']);
    expect(run.stderr()).toMatch(/at most 30s.*\npaused; resume with: weftline resume 01ABC\n$/);
    expect(run.stdout()).toBe('');
  });

  it('aborts what is in flight when the grace is over', async () => {
    const run = follow({ graceMs: 1_000 });
    run.signals.emit('SIGTERM');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await run.exitCode).toBe(143);
    expect(run.stderr()).toContain('aborted; they will run again\npaused; resume with: weftline resume 01ABC');
  });

  it('aborts at once the second time, and leaves the third', async () => {
    const stuck = new Promise<void>(() => undefined);
    const run = follow({ engine: { close: () => stuck } });
    run.signals.emit('SIGINT');
    await vi.advanceTimersByTimeAsync(600);
    run.signals.emit('SIGINT');
    await vi.advanceTimersByTimeAsync(600);
    run.signals.emit('SIGINT');
    expect(run.closed).toEqual(['left with 130']);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await run.exitCode).toBe(130);
  });

  it('that comes as the execution ends changes nothing', async () => {
    const run = follow();
    run.signals.emit('SIGINT');
    await vi.advanceTimersByTimeAsync(10);
    run.execution.end(succeeded);
    expect(await run.exitCode).toBe(0);
  });

  it('has no listener afterwards', async () => {
    const run = follow();
    run.execution.end(succeeded);
    await run.exitCode;
    expect(run.signals.listenerCount('SIGINT')).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('the time limit leaves it paused and exits with 124', async () => {
  const run = follow({ timeoutMs: 2_000, output: 'json' });
  await vi.advanceTimersByTimeAsync(2_000);
  run.execution.settle();
  expect(await run.exitCode).toBe(124);
  expect(JSON.parse(run.stdout())).toMatchObject({ v: 1, id: '01ABC', status: 'paused' });
  expect(run.stderr()).toContain('not finished after 2.0s');
});

it('a pause that somebody else asked for exits with 7', async () => {
  const run = follow();
  run.execution.settle();
  await vi.advanceTimersByTimeAsync(100);
  expect(await run.exitCode).toBe(7);
  expect(run.stderr()).toBe('paused; resume with: weftline resume 01ABC\n');
});

it('a reader of stdout that goes away pauses the execution', async () => {
  const run = follow({ output: 'jsonl' });
  run.readerGone();
  await vi.advanceTimersByTimeAsync(1);
  run.execution.settle();
  expect(await run.exitCode).toBe(7);
});

it('a store that is lost is an error, with the way back to what was kept', async () => {
  const run = follow();
  run.execution.lose(Object.assign(new Error('disk full'), { name: 'StoreError', code: 'STORE_UNAVAILABLE' }));
  await expect(run.exitCode).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(run.stderr()).toContain('resume with: weftline resume 01ABC');
});

it('a store in memory keeps nothing, and says so', async () => {
  const run = follow({ followUp: { command: () => undefined } });
  run.signals.emit('SIGINT');
  await vi.advanceTimersByTimeAsync(1);
  run.execution.settle();
  expect(await run.exitCode).toBe(130);
  expect(run.stderr()).toContain('nothing was kept');
});
