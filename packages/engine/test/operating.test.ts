import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseWorkflow } from '@weftline/graph';
import { memoryStore } from '@weftline/persistence';
import { sqliteStore } from '@weftline/persistence-sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEngine, type Engine, type LogEntry } from '../src/index.ts';

const list = parseWorkflow(
  `
weftline: 1
name: list
input: { count: 100, password: { type: string, secret: true, default: hunter2 } }
tasks:
  each:
    with: { items: "{{ range(input.count) }}", concurrency: 5 }
    action: work
    input: { n: "{{ item }}", key: "{{ secret.api_key }}" }
output: "{{ task.each.result | sum }}"
`,
  { file: 'list.yaml' },
);

const single = parseWorkflow(
  `
weftline: 1
name: single
tasks:
  only: { action: work, input: { key: "{{ secret.api_key }}" } }
output: "{{ task.only.result }}"
`,
  { file: 'single.yaml' },
);

let folder: string;
const open: Engine[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weftline-engine-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
  await rm(folder, { recursive: true, force: true });
});

type Work = (
  input: { readonly n: number; readonly key: string },
  index: number | undefined,
  signal: AbortSignal,
) => unknown;

function engineOn(work: Work, options: Parameters<typeof createEngine>[0] = {}): Engine {
  const engine = createEngine({
    store: sqliteStore({ path: join(folder, 'engine.db') }),
    secrets: { api_key: 's3cr3t-key' },
    ...options,
    actions: {
      work: (input: { readonly n: number; readonly key: string }, { index, signal }) => work(input, index, signal),
    },
  });
  open.push(engine);
  return engine;
}

/** Resolves once `count` calls were made. */
function callCounter(): { count: number; reached(count: number): Promise<void>; call(): void } {
  const waiting: { count: number; resolve: () => void }[] = [];
  return {
    count: 0,
    call() {
      this.count += 1;
      for (const waiter of waiting) if (this.count >= waiter.count) waiter.resolve();
    },
    reached: (count) => new Promise((resolve) => waiting.push({ count, resolve })),
  };
}

describe('recover', () => {
  test('runs exactly the items without a durable completion', async () => {
    const firstRun = new Set<number | undefined>();
    const calls = callCounter();
    const reached = calls.reached(50);
    const first = engineOn(async ({ n }, index) => {
      calls.call();
      if (calls.count > 50) return new Promise(() => undefined);
      await Promise.resolve();
      firstRun.add(index);
      return n;
    });
    const execution = await first.start(list);
    execution.outcome().catch(() => undefined);
    await reached;
    await first.close();

    const secondRun: (number | undefined)[] = [];
    const second = engineOn(({ n }, index) => {
      secondRun.push(index);
      return n;
    });
    const durable = (await second.inspect(execution.id)).progress.tasks[0]?.items?.succeeded ?? 0;
    const [recovered] = await second.recover();
    expect(recovered?.id).toBe(execution.id);
    expect((await recovered?.outcome())?.output).toBe(4950);
    expect(secondRun).toHaveLength(100 - durable);
    expect(new Set([...firstRun, ...secondRun]).size).toBe(100);
    expect(await second.recover()).toEqual([]);
  });

  test('refuses an execution whose actions are missing here and leaves it for others', async () => {
    const first = engineOn(() => new Promise(() => undefined));
    const { id } = await first.start(list);
    await first.close();
    const without = createEngine({ store: sqliteStore({ path: join(folder, 'engine.db') }) });
    await expect(without.recover({ id })).rejects.toMatchObject({ code: 'ACTION_UNKNOWN' });
    await without.close();
    const [recovered] = await engineOn(({ n }) => n).recover({ id });
    expect((await recovered?.outcome())?.status).toBe('succeeded');
  });

  test.each([
    ['EXECUTION_NOT_FOUND', 'nobody'],
    ['EXECUTION_NOT_FOUND', '@latest'],
  ])('rejects with %s for %s', async (code, id) => {
    await expect(engineOn(() => null).recover({ id })).rejects.toMatchObject({ code });
  });

  test('rejects with EXECUTION_FINISHED once the end is reached', async () => {
    const engine = engineOn(() => 1);
    const execution = await engine.start(single);
    await execution.outcome();
    await expect(engine.recover({ id: execution.id })).rejects.toMatchObject({ code: 'EXECUTION_FINISHED' });
    await expect(engine.request(execution.id, 'cancel')).rejects.toMatchObject({ code: 'EXECUTION_FINISHED' });
  });

  test('rejects with EXECUTION_HELD while another engine that lives owns it', async () => {
    const owner = engineOn(() => new Promise(() => undefined));
    const { id } = await owner.start(list);
    const other = engineOn(() => 1);
    await expect(other.recover({ id })).rejects.toMatchObject({ code: 'EXECUTION_HELD' });
    expect(await other.recover()).toEqual([]);
  });
});

describe('pause, resume and cancel', () => {
  test('pause waits for what is in flight and hands out nothing more until resume', async () => {
    const calls = callCounter();
    const reached = calls.reached(20);
    const engine = engineOn(
      async ({ n }) => {
        calls.call();
        await new Promise((resolve) => setImmediate(resolve));
        return n;
      },
      { store: memoryStore() },
    );
    const execution = await engine.start(list);
    await reached;
    await execution.pause();
    const paused = execution.progress();
    expect(paused.status).toBe('paused');
    expect(paused.tasks[0]?.items).toMatchObject({ running: 0 });
    const made = calls.count;
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls.count).toBe(made);
    await execution.resume();
    expect((await execution.outcome()).output).toBe(4950);
    expect(calls.count).toBe(100);
  });

  test('a paused execution is recovered paused', async () => {
    const first = engineOn(({ n }) => new Promise((resolve) => setImmediate(() => resolve(n))));
    const execution = await first.start(list);
    await execution.pause();
    await first.close();
    const second = engineOn(({ n }) => n);
    const [recovered] = await second.recover();
    expect(recovered?.progress().status).toBe('paused');
    await recovered?.resume();
    expect((await recovered?.outcome())?.output).toBe(4950);
  });

  test('cancel lets attempts in flight finish', async () => {
    const release: (() => void)[] = [];
    const engine = engineOn(({ n }) => new Promise((resolve) => release.push(() => resolve(n))));
    const execution = await engine.start(list);
    while (release.length < 5) await new Promise((resolve) => setImmediate(resolve));
    await execution.cancel({ reason: 'enough' });
    for (const finish of release) finish();
    expect((await execution.outcome()).status).toBe('canceled');
    expect(release).toHaveLength(5);
    const { progress } = await engine.inspect(execution.id);
    expect(progress.tasks[0]?.items).toMatchObject({ succeeded: 5, canceled: 95, running: 0, pending: 0 });
  });

  test('an immediate cancel aborts attempts, also those that do not heed it', async () => {
    const signals: AbortSignal[] = [];
    const engine = engineOn((_input, _index, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const execution = await engine.start(single);
    while (signals.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await execution.cancel({ immediate: true });
    expect((await execution.outcome()).status).toBe('canceled');
    expect(signals[0]?.aborted).toBe(true);
  });
});

describe('secrets', () => {
  test('reach the action and are masked in outputs, events, logs and inspection', async () => {
    const entries: LogEntry[] = [];
    const seen: string[] = [];
    const engine = createEngine({
      secrets: { api_key: 's3cr3t-key' },
      onLog: (entry) => entries.push(entry),
      actions: {
        work: ({ key }: { readonly key: string }, { log }) => {
          seen.push(key);
          log.info(`using ${key}`, { key });
          return { used: key };
        },
      },
    });
    open.push(engine);
    const execution = await engine.start(single);
    const events: unknown[] = [];
    for await (const event of execution.events()) events.push(event);
    const shown = JSON.stringify([await execution.outcome(), events, entries, await engine.inspect(execution.id)]);
    expect(seen).toEqual(['s3cr3t-key']);
    expect(entries).toHaveLength(1);
    expect(shown).not.toContain('s3cr3t-key');
    expect(shown).toContain('***');
  });

  test('inputs that are declared secret are masked wherever inputs are shown', async () => {
    const engine = engineOn(({ n }) => n, { store: memoryStore() });
    const execution = await engine.start(list);
    await execution.outcome();
    expect((await engine.inspect(execution.id)).input).toEqual({ count: 100, password: '***' });
  });
});

describe('close', () => {
  test('rejects outcomes of what was under way, and every later call', async () => {
    const engine = engineOn(() => new Promise(() => undefined));
    const execution = await engine.start(single);
    const outcome = execution.outcome();
    await Promise.all([engine.close(), expect(outcome).rejects.toMatchObject({ code: 'COORDINATOR_CLOSED' })]);
    await engine.close();
    await expect(engine.start(single)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    await expect(engine.get('@latest')).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
  });
});
