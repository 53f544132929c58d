import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtinActions, defineSource, itemPage, type Action } from '@weftline/actions';
import { parseWorkflow, type WorkflowDefinition } from '@weftline/graph';
import { sqliteStore } from '@weftline/persistence-sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../src/index.ts';

let folder: string;
const open: Engine[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weftline-sources-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
  await rm(folder, { recursive: true, force: true });
});

function engineOn(actions: Readonly<Record<string, Action>>): Engine {
  const engine = createEngine({ store: sqliteStore({ path: join(folder, 'engine.db') }), actions });
  open.push(engine);
  return engine;
}

function listFrom(source: string, fields = ''): WorkflowDefinition {
  const text = `
weftline: 1
name: from-source
tasks:
  each:
    with: { from: { action: ${source}, input: { path: ${JSON.stringify(join(folder, 'items.txt'))} } }, concurrency: 10, ${fields} }
    action: work
    input: { item: "{{ item }}", index: "{{ index }}" }
output: { result: "{{ task.each.result }}", counts: "{{ task.each.counts }}" }
`;
  return parseWorkflow(text, { file: 'from-source.yaml' });
}

const count = 500;
const numbers = Array.from({ length: count }, (_, place) => place);

describe('a list from a source, over SQLite', () => {
  it.each([
    ['with cursors, of which the last durable one is where it goes on', true],
    ['without cursors, which is read again and skipped', false],
  ])('goes on after a crash: %s', async (_what, hasCursors) => {
    const cursors: unknown[] = [];
    const rows = defineSource(async function* (_input, { cursor }) {
      cursors.push(cursor);
      for (let at = (cursor as number | undefined) ?? 0; at < count; at += 7) {
        await new Promise(setImmediate);
        yield itemPage(numbers.slice(at, at + 7), hasCursors ? at + 7 : undefined);
      }
    });
    const made: number[] = [];
    const definition = listFrom('rows', 'reduce: { initial: 0, value: "{{ acc + result }}" }');
    let reached = (): void => undefined;
    const half = new Promise<void>((resolve) => (reached = resolve));
    const stuck: Action = ({ item }) => {
      if ((item as number) < 200) made.push(item as number);
      else return new Promise(() => reached());
      return item;
    };
    const first = engineOn({ rows, work: stuck });
    await first.start(definition, { id: 'x' });
    await half;
    await first.close();

    const second = engineOn({ rows, work: ({ item }) => (made.push(item as number), item) });
    const inspected = await second.inspect('x');
    expect(inspected.progress.tasks[0]?.items).toMatchObject({ known: false });
    const [execution] = await second.recover();
    expect(await execution?.outcome()).toMatchObject({
      status: 'succeeded',
      output: { result: (count * (count - 1)) / 2, counts: { total: count, succeeded: count } },
    });
    expect([...made].sort((left, right) => left - right).filter((each, at, all) => each !== all[at - 1])).toEqual(
      numbers,
    );
    expect(made.length).toBeLessThan(count + 20);
    expect(cursors).toHaveLength(2);
    expect(cursors[0]).toBeUndefined();
    if (hasCursors) expect(cursors[1]).toBeGreaterThan(190);
    else expect(cursors[1]).toBeUndefined();
  });

  it('reads the lines of a file as they are needed', async () => {
    await writeFile(join(folder, 'items.txt'), numbers.map((each) => `line ${each}\n`).join(''));
    const work: Action = ({ item }) => item;
    const engine = engineOn({ ...builtinActions, work });
    const outcome = await engine.start(listFrom('core.read_lines')).outcome();
    expect(outcome).toMatchObject({ status: 'succeeded', output: { result: numbers.map((each) => `line ${each}`) } });
  });

  it.each<readonly [string, string, Readonly<Record<string, Action>>]>([
    ['FILE_UNREADABLE', 'core.read_lines', builtinActions],
    ['SOURCE_NOT_ITERABLE', 'five', { five: () => 5 }],
    ['RESULT_NOT_JSON', 'dates', { dates: () => [new Date(0)] }],
    ['GONE', 'gone', { gone: () => Promise.reject(Object.assign(new Error('gone'), { code: 'GONE' })) }],
  ])('fails with %s where the source does', async (code, action, actions) => {
    const engine = engineOn({ work: () => null, ...actions });
    const { errors } = await engine.start(listFrom(action)).outcome();
    expect(errors).toMatchObject([{ code, task: 'each' }]);
    expect(errors[0]?.message).toContain('with.from of task "each"');
  });

  it('takes any action that answers a list', async () => {
    const engine = engineOn({ two: () => ['a', 'b'], work: ({ item }) => item });
    expect((await engine.start(listFrom('two')).outcome()).output).toMatchObject({ result: ['a', 'b'] });
  });

  it('is refused at once when the action does not exist', async () => {
    const engine = engineOn({ work: () => null });
    await expect(engine.start(listFrom('nothing')).outcome()).rejects.toMatchObject({ code: 'ACTION_UNKNOWN' });
  });

  it('closes a source that is not needed any more', async () => {
    let closed = false;
    const endless = defineSource(function* () {
      try {
        for (let at = 0; ; at += 1) yield at;
      } finally {
        closed = true;
      }
    });
    const engine = engineOn({ endless, work: ({ item }) => (item === 3 ? Promise.reject(new Error('no')) : item) });
    const outcome = await engine.start(listFrom('endless', 'on_failure: stop')).outcome();
    expect(outcome.status).toBe('failed');
    expect(closed).toBe(true);
  });
});
