import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseWorkflow } from '@weftline/graph';
import { sqliteStore } from '@weftline/persistence-sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type ActionSupport, type Engine, type LogEntry } from '../src/index.ts';

const list = parseWorkflow(
  `
weftline: 1
name: list
input: { count: 20 }
tasks:
  each:
    with: { items: "{{ range(input.count) }}", concurrency: 5 }
    action: work
    input: { n: "{{ item }}" }
output: "{{ task.each.result | sum }}"
`,
  { file: 'list.yaml' },
);

let folder: string;
const open: Engine[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weftline-adopting-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
  await rm(folder, { recursive: true, force: true });
});

type Work = (n: number, key: string) => unknown;

/** An engine over the one file of the test; they share it as processes would. */
function engineOn(work?: Work, logs: LogEntry[] = []): Engine {
  const actions = {
    work: ({ n }: { readonly n: number }, { idempotencyKey }: ActionSupport): unknown => work?.(n, idempotencyKey),
  };
  const engine = createEngine({
    store: sqliteStore({ path: join(folder, 'engine.db') }),
    onLog: (entry) => logs.push(entry),
    ...(work === undefined ? {} : { actions }),
  });
  open.push(engine);
  return engine;
}

async function eventually(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let wait = 0; wait < 500; wait += 1) {
    if (await holds()) return;
    await sleep(20);
  }
  throw new Error(`never came: ${what}`);
}

async function statusOf(engine: Engine, id: string): Promise<string> {
  return (await engine.get(id)).status;
}

const identity: Work = (n) => n;

describe('submit', () => {
  it('keeps an execution for whoever adopts it', async () => {
    const submitting = engineOn(identity);
    const id = await submitting.submit(list, { input: { count: 3 } });
    const { status, owner } = await submitting.get(id);
    expect([status, owner]).toEqual(['running', undefined]);
    const working = engineOn(identity);
    const adopted: string[] = [];
    working.adopt({ onAdopted: (execution) => adopted.push(execution.id) });
    await eventually(async () => (await statusOf(submitting, id)) === 'succeeded', 'the end');
    expect(adopted).toEqual([id]);
    expect((await submitting.inspect(id)).outcome?.output).toBe(3);
  });

  it('refuses what start refuses', async () => {
    const engine = engineOn(identity);
    await engine.submit(list, { id: 'once' });
    await expect(engine.submit(list, { id: 'once' })).rejects.toMatchObject({ code: 'EXECUTION_EXISTS' });
    await expect(engine.submit(list, { input: { wrong: 1 } })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(engineOn().submit(list)).rejects.toMatchObject({ code: 'ACTION_UNKNOWN' });
  });
});

describe('adopt', () => {
  it('shares executions among engines, each item of each performed once', async () => {
    const calls = new Map<string, number>();
    const work =
      (engine: string): Work =>
      async (n, key) => {
        calls.set(key, (calls.get(key) ?? 0) + 1);
        await sleep(2);
        ran.add(engine);
        return n;
      };
    const ran = new Set<string>();
    const ids: string[] = [];
    const submitting = engineOn(identity);
    for (let each = 0; each < 12; each += 1) ids.push(await submitting.submit(list));
    for (const name of ['one', 'two', 'three']) engineOn(work(name)).adopt({ intervalMs: 20, executionsMax: 2 });
    const allEnded = async (): Promise<boolean> =>
      (await submitting.list({ unfinished: true })).executions.length === 0;
    await eventually(allEnded, 'the end of all');
    for (const id of ids) expect((await submitting.inspect(id)).outcome).toMatchObject({ output: 190, errors: [] });
    expect([...calls.values()].filter((times) => times !== 1)).toEqual([]);
    expect(calls.size).toBe(12 * 20);
    expect(ran.size).toBeGreaterThan(1);
  });

  it('goes on with what a closed engine had under way', async () => {
    const calls: number[] = [];
    const first = engineOn(async (n) => {
      if (n >= 10) await sleep(60_000);
      calls.push(n);
      return n;
    });
    const execution = await first.start(list);
    await eventually(() => calls.length === 10, 'ten items');
    await first.close();
    const second = engineOn((n) => {
      calls.push(n);
      return n;
    });
    second.adopt();
    await eventually(async () => (await statusOf(second, execution.id)) === 'succeeded', 'the end');
    expect(calls.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('lets go of an execution that is paused, for whoever resumes it', async () => {
    const working = engineOn(async (n) => {
      await sleep(100);
      return n;
    });
    const id = await working.submit(list);
    const adoption = working.adopt({ intervalMs: 20 });
    await eventually(async () => (await working.get(id)).owner !== undefined, 'the adoption');
    await working.request(id, 'pause');
    await eventually(async () => (await working.get(id)).owner === undefined, 'the release');
    expect(await statusOf(working, id)).toBe('paused');
    const [resumed] = await engineOn(identity).recover({ id });
    await resumed?.resume();
    expect(await resumed?.outcome()).toMatchObject({ status: 'succeeded', output: 190 });
    await adoption.stop();
  });

  it('logs what it cannot run, and leaves it to others', async () => {
    const logs: LogEntry[] = [];
    const id = await engineOn(identity).submit(list);
    const blind = engineOn(undefined, logs);
    blind.adopt({ intervalMs: 10 });
    await eventually(() => logs.length > 0, 'the log');
    expect(logs[0]).toMatchObject({ level: 'error', execution: id });
    expect(logs[0]?.message).toContain('work');
    const able = engineOn(identity);
    able.adopt({ intervalMs: 10 });
    await eventually(async () => (await statusOf(able, id)) === 'succeeded', 'the end');
  });

  it('refuses options that cannot be meant, and ends with the engine', async () => {
    const engine = engineOn(identity);
    expect(() => engine.adopt({ intervalMs: 0 })).toThrow(/intervalMs: expected a number from 1, got 0/);
    expect(() => engine.adopt({ executionsMax: Number.NaN })).toThrow(/executionsMax/);
    engine.adopt({ intervalMs: 10 });
    await engine.close();
    const id = await engineOn(identity).submit(list);
    await sleep(60);
    expect((await engineOn(identity).get(id)).owner).toBeUndefined();
  });
});

describe('drain', () => {
  it('begins nothing more and keeps every answer, so that others perform exactly the rest', async () => {
    const calls: number[] = [];
    const first = engineOn(async (n) => {
      calls.push(n);
      await sleep(20);
      return n;
    });
    const execution = await first.start(list);
    await eventually(() => calls.length >= 5, 'five items');
    await first.drain();
    const begun = calls.length;
    await sleep(60);
    expect(calls.length).toBe(begun);
    await first.close();
    const second = engineOn((n) => {
      calls.push(n);
      return n;
    });
    const [recovered] = await second.recover({ id: execution.id });
    expect(await recovered?.outcome()).toMatchObject({ output: 190 });
    expect(begun).toBeLessThan(20);
    expect(calls).toHaveLength(20);
  });
});
