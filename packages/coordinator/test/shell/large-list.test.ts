import { memoryStore, type Store } from '@weftline/persistence';
import { groupCommit } from '@weftline/persistence/group-commit';
import { describe, expect, it } from 'vitest';
import { setUp } from '../coordinator-setup.ts';
import { failed, ok } from '../core-simulation.ts';
import { ScriptedExecutor } from '../scripted-executor.ts';

const text = `
  input: { list: [] }
  tasks: { each: { with: { items: "{{ input.list }}", concurrency: 50 }, action: work, next: { when: "{{ failed() }}", do: noop } } }
  output: { n: "{{ task.each.result | length }}", counts: "{{ task.each.counts }}" }
`;

const list = (length: number): number[] => Array.from({ length }, (_, place) => place);

describe('a list of 100,000 items', () => {
  it('completes, and what is kept beside the results stays small', { timeout: 120_000 }, async () => {
    const executor = new ScriptedExecutor({ each: ({ index = 0 }) => (index % 10 === 9 ? failed() : ok(index)) });
    const { start } = setUp({ store: groupCommit()(memoryStore()), executor });
    const runner = await start(text, { input: { list: list(100_000) } });
    expect(await runner.outcome()).toMatchObject({
      ...{ status: 'succeeded', errors: [] },
      output: { n: 100_000, counts: { total: 100_000, succeeded: 90_000, failed: 10_000 } },
    });
    const { ended, errors, visits, inFlight } = runner.state;
    expect([ended.length, errors.length, visits.size, inFlight]).toEqual([1, 0, 0, 0]);
    expect(executor.calls).toHaveLength(100_000);
  });
});

describe('a store that is slow', () => {
  it('holds events back when more than the bound of records is on its way', async () => {
    const medium = memoryStore();
    let onTheWay = 0;
    let onTheWayMax = 0;
    const append: Store['append'] = async (appends) => {
      const records = appends.reduce((sum, each) => sum + each.records.length, 0);
      onTheWay += records;
      onTheWayMax = Math.max(onTheWayMax, onTheWay);
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      onTheWay -= records;
      return medium.append(appends);
    };
    const store = new Proxy(medium, { get: (target, name) => (name === 'append' ? append : bound(target, name)) });
    const { start } = setUp({ store, pendingRecordsMax: 100 });
    const runner = await start(text, { input: { list: list(3000) } });
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded', output: { n: 3000 } });
    expect(onTheWayMax).toBeGreaterThan(50);
    // One batch may go over the bound: the window and the end.
    expect(onTheWayMax).toBeLessThanOrEqual(100 + 50 + 1);
  });
});

function bound(target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name);
  return typeof member === 'function' ? (member.bind(target) as unknown) : member;
}
