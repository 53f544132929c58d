import { itemContext, type ContextStrategy } from '@weftline/context';
import { deepCloneContext } from '@weftline/context/deep-clone-context';
import { sharedContext } from '@weftline/context/shared-context';
import fc from 'fast-check';
import { List, Map, OrderedSet } from 'immutable';
import { describe, expect, it } from 'vitest';
import { simulate, workflow } from '../../test/core-simulation.ts';
import type { Core } from './advance.ts';
import { compileWorkflow } from './program.ts';
import { nothingYet } from './open-list.ts';
import { decodeState, encodeState } from './state-codec.ts';
import type { ExecutionState, JoinRound, Visit } from './state.ts';

const strategies: readonly ContextStrategy[] = [itemContext(), sharedContext(), deepCloneContext()];

function coreWith(context: ContextStrategy): Core {
  return { program: compileWorkflow(workflow('tasks: { a: { action: work } }')), context };
}

const core = coreWith(itemContext());

const start = simulate('tasks: { a: { action: work } }').state;
const [firstVisit] = start.visits.values() as Iterable<Visit>;

function visit(id: number, more: Partial<Visit>): Visit {
  if (firstVisit === undefined) throw new Error('no visit');
  return { ...firstVisit, id, ...more };
}

function stateWith(more: Partial<ExecutionState>): ExecutionState {
  return { ...start, ...more };
}

function roundTrip(state: ExecutionState, through: Core = core): ExecutionState {
  return decodeState(encodeState(state), through);
}

const hostileText =
  '{"constructor":"ACME","__proto__":{"polluted":true},"toJSON":1,"then":2,"size":3,"entries":4,"forItem":5,' +
  '"@@__IMMUTABLE_MAP__@@":true,"@@__IMMUTABLE_ITERABLE__@@":true,"@@__IMMUTABLE_RECORD__@@":true,' +
  '"@@__IMMUTABLE_LIST__@@":true,"@@__IMMUTABLE_ORDERED__@@":true,"rows":[[0]],"links":[[0,[],[0,0]]]}';

describe('encodeState and decodeState', () => {
  it('write a context once, however many visits know it, and share it again', () => {
    const context = start.final.publish([['big', { text: 'x'.repeat(1_000_000) }]], 1);
    const visits = Map(Array.from({ length: 100 }, (_, id) => [id, visit(id, { context })] as const));
    const state = stateWith({ visits, final: context });
    expect(encodeState(state).length).toBeLessThan(1_030_000);
    const restored = roundTrip(state);
    expect(new Set([restored.final, ...restored.visits.map((each) => each.context).values()]).size).toBe(1);
  });

  it('write a value once, however many contexts, lists and results hold it, and share it again', () => {
    const rows = Array.from({ length: 1000 }, (_, id) => ({ id, text: 'x'.repeat(1000) }));
    const knows = start.final.publish([['rows', rows]], 1).withTask('fetch', view({ body: rows }), 2);
    const items = { ...emptyItems, list: rows, results: List<unknown>([rows, rows[7]]) };
    const visits = Map(
      Array.from({ length: 100 }, (_, id) => {
        const context = knows.publish([['n', id]], 3 + id);
        return [id, visit(id, { context, items })] as const;
      }),
    );
    const state = stateWith({ visits, final: knows });
    expect(encodeState(state).length).toBeLessThan(1_100_000);
    const restored = roundTrip(state);
    const known = restored.final.lookup('vars', 'rows') as typeof rows;
    expect(known).toEqual(rows);
    expect((restored.final.lookup('task', 'fetch') as { result: { body: unknown } }).result.body).toBe(known);
    for (const [id, each] of restored.visits) {
      expect(each.context.lookup('vars', 'rows')).toBe(known);
      expect(each.context.lookup('vars', 'n')).toBe(id);
      expect(each.items?.list).toBe(known);
      expect(each.items?.results.get(1)).toBe(known[7]);
    }
  });

  it('tell contexts that have most in common in a few numbers each', () => {
    let base = start.final;
    for (let version = 1; version <= 1000; version += 1) base = base.publish([[`v${version}`, version]], version);
    const visits = Map(
      Array.from({ length: 1000 }, (_, id) => {
        const context = base.publish([[`v${id + 1}`, 'mine']], 2000 + id).withTask('a', view(id), 4000 + id);
        return [id, visit(id, { context })] as const;
      }),
    );
    expect(encodeState(stateWith({ visits })).length).toBeLessThan(400_000);
  });

  it.each(strategies.map((strategy) => [strategy.name, strategy] as const))(
    'take every name and value as data, under %s',
    (_name, strategy) => {
      const hostile = JSON.parse(hostileText) as Record<string, unknown>;
      const names = [...Object.keys(hostile), '', ' ', '0', '-1', '\0', 'prototype', '\u{1F600}', '\ud800'];
      let context = strategy.create({ ...start.root, input: hostile });
      for (const [at, name] of names.entries()) {
        context = context.publish([[name, hostile]], 2 * at + 1).withTask(name, view(hostile), 2 * at + 2);
      }
      const items = {
        ...emptyItems,
        list: [hostile],
        results: List<unknown>([hostile, null]),
        failures: List([{ index: 0, attempts: 1, failure: { ...failure, details: hostile } }]),
      };
      const state = stateWith({
        root: { ...start.root, input: hostile, env: JSON.parse('{"__proto__":"x"}') as Record<string, string> },
        visits: Map([[1, visit(1, { task: '__proto__', context, items })]]),
        ordinals: Map(names.map((name, at) => [name, at] as const)),
        joins: Map(names.map((name) => [name, round(name)] as const)),
        errors: [{ code: 'X', message: 'x', details: hostile }],
        outcome: { status: 'failed', output: hostile, errors: [], finishedAtMs: 1 },
        labels: JSON.parse('{"__proto__":"x"}') as Record<string, string>,
      });
      const restored = roundTrip(state, coreWith(strategy));
      expect(encodeState(restored)).toEqual(encodeState(state));
      const known = restored.visits.get(1);
      for (const name of names) {
        expect(JSON.stringify(known?.context.lookup('vars', name))).toBe(JSON.stringify(hostile));
        expect(JSON.stringify(known?.context.lookup('task', name))).toBe(JSON.stringify(view(hostile)));
        expect(restored.ordinals.get(name)).toBe(names.indexOf(name));
        expect(restored.joins.get(name)?.from.toArray()).toEqual([name, 'b', 'a']);
      }
      expect(known?.task).toBe('__proto__');
      expect(JSON.stringify(known?.context.resolve('input'))).toBe(hostileText);
      for (const part of ['list', 'results', 'failures'] as const) {
        expect(JSON.stringify(known?.items?.[part])).toBe(JSON.stringify(items[part]));
      }
      expect(Object.entries(restored.labels)).toEqual([['__proto__', 'x']]);
      expect(JSON.stringify(restored.outcome?.output)).toBe(JSON.stringify(hostile));
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
  );

  it('keep apart a result that is null, a failed item and an item without an answer', () => {
    const results = List<unknown>().set(4, null).set(1, 0);
    const restored = roundTrip(
      stateWith({ visits: Map([[1, visit(1, { items: { ...emptyItems, list: [1, 2, 3, 4, 5, 6], results } })]]) }),
    );
    expect(restored.visits.get(1)?.items?.results.toArray()).toEqual([undefined, 0, undefined, undefined, null]);
  });

  it('stand values of any depth', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    let back = roundTrip(stateWith({ final: start.final.publish([['deep', deep]], 1) })).final.lookup('vars', 'deep');
    let depth = 0;
    for (; Array.isArray(back); back = (back as unknown[])[0]) depth += 1;
    expect([depth, back]).toEqual([100_000, 'bottom']);
  });

  it('answer nothing where there would be more bytes than allowed', () => {
    const state = stateWith({ final: start.final.publish([['text', 'ä'.repeat(1000)]], 1) });
    const { length } = encodeState(state);
    expect(encodeState(state, { bytesMax: length })).toHaveLength(length);
    expect(encodeState(state, { bytesMax: length - 1 })).toBeUndefined();
    expect(encodeState(state, { bytesMax: 500 })).toBeUndefined();
  });
});

describe('decodeState', () => {
  const text = new TextDecoder().decode(encodeState(start));

  it.each([
    ['nothing', ''],
    ['no JSON', 'garbage'],
    ['JSON of something else', '{"state":1}'],
    ['an event', '["start",0,1]'],
    ['a later format', text.replace('["state",1', '["state",2')],
    ['no format', '["state"]'],
    ['no rows', '["state",1,null,[]]'],
    ['no links', '["state",1,[]]'],
    ['an empty list of rows', '["state",1,[],[]]'],
    ['a row that is no state', '["state",1,[7],[]]'],
    ['a state without contexts', '["state",1,[{"writes":[],"contexts":[]}],[]]'],
    ['a link that leads nowhere', text.replace(/\[[^[]*\]$/, '[[0,["nobody"],[0,0]]]]')],
    ['half of a state', text.slice(0, text.length / 2)],
  ])('refuses %s with JOURNAL_FORMAT', (_what, garbage) => {
    const data = new TextEncoder().encode(garbage);
    expect(() => decodeState(data, core)).toThrow(expect.objectContaining({ code: 'JOURNAL_FORMAT' }) as Error);
  });

  it('refuses bytes that are not UTF-8 with JOURNAL_FORMAT', () => {
    const data = new TextEncoder().encode(text);
    data[20] = 0xff;
    expect(() => decodeState(data, core)).toThrow(expect.objectContaining({ code: 'JOURNAL_FORMAT' }) as Error);
  });

  it('answers damaged text with a state or with JOURNAL_FORMAT, never otherwise', () => {
    const damage = fc.record({
      at: fc.nat({ max: text.length - 1 }),
      by: fc.constantFrom('', '0', '9', '[', '{', '"', 'n'),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
        const damaged = damages.reduce((now, { at, by }) => now.slice(0, at) + by + now.slice(at + 1), text);
        try {
          expect(decodeState(new TextEncoder().encode(damaged), core)).toHaveProperty('visits');
        } catch (error) {
          expect(error).toMatchObject({ code: 'JOURNAL_FORMAT' });
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('says why', () => {
    const later = new TextEncoder().encode('["state",9,[],[]]');
    expect(() => decodeState(later, core)).toThrow('state format 9; this release reads 1');
  });
});

const failure = { kind: 'application', message: 'broken', retryable: false } as const;

const emptyItems = {
  ...nothingYet,
  ...{
    list: [],
    source: undefined,
    concurrency: 10,
    batch: undefined,
    rate: undefined,
    tolerated: { limit: 0, isShare: false },
    acc: undefined,
  },
} satisfies Visit['items'];

function view(result: unknown): { status: string; result: unknown; error: null; attempts: number } {
  return { status: 'succeeded', result, error: null, attempts: 1 };
}

function round(from: string): JoinRound {
  return { from: OrderedSet([from, 'b', 'a']), waiting: List([start.final]), fired: false };
}
