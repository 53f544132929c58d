import { describe, expect, it } from 'vitest';
import type { TaskDefinition, WorkflowDefinition } from './definition.ts';
import { checkGraph } from './check/check-graph.ts';
import { noGaps } from './check/gaps.ts';
import { createGraph, type WorkflowGraph } from './graph.ts';
import { validateDefinition } from './read/read-workflow.ts';

type Next = Readonly<
  Record<string, { readonly to?: readonly (readonly string[])[]; readonly join?: TaskDefinition['join'] }>
>;

/** Tasks whose transitions lead where `to` says, one list for each transition. */
function definitionOf(tasks: Next): WorkflowDefinition {
  const entries = Object.entries(tasks).map(([name, { to = [], join }]) => {
    const next = to.map((targets) => ({ publish: [], do: targets }));
    return [name, { name, input: {}, next, ...(join === undefined ? {} : { join }) }] as const;
  });
  return { format: 1, name: 'flow', input: {}, vars: {}, tasks: Object.fromEntries(entries) };
}

describe('a graph', () => {
  const graph = createGraph(
    definitionOf({
      z: {
        to: [
          ['a', 'b'],
          ['b', 'fail'],
        ],
      },
      y: { to: [['b']] },
      a: {
        to: [
          ['b', 'b'],
          ['a', 'retry'],
        ],
      },
      b: { join: 'all' },
      lone: { join: 2 },
    }),
  );

  it('begins with the tasks that nothing leads to, in the order written', () => {
    expect(graph.taskNames).toEqual(['z', 'y', 'a', 'b', 'lone']);
    expect(graph.entryTasks).toEqual(['z', 'y', 'lone']);
  });

  it('has an edge for each task in each transition, and none for engine commands', () => {
    expect(graph.outbound('z')).toEqual([
      { from: 'z', to: 'a', transition: 0 },
      { from: 'z', to: 'b', transition: 0 },
      { from: 'z', to: 'b', transition: 1 },
    ]);
    expect(graph.inbound('a')).toEqual([
      { from: 'z', to: 'a', transition: 0 },
      { from: 'a', to: 'a', transition: 1 },
    ]);
    expect(graph.inbound('b').map(({ from }) => from)).toEqual(['z', 'z', 'y', 'a', 'a']);
    expect(graph.transitions('a').map((transition) => transition.do)).toEqual([
      ['b', 'b'],
      ['a', 'retry'],
    ]);
  });

  it('counts distinct inbound tasks, in the order written', () => {
    expect(graph.inboundTasks('b')).toEqual(['z', 'y', 'a']);
    expect(graph.inboundTasks('z')).toEqual([]);
  });

  it.each([
    ['all', 3],
    ['any', 1],
    [2, 2],
    [7, 7],
    [undefined, 0],
  ] as const)('needs with join %s %d of three', (join, count) => {
    const tasks = { a: { to: [['d'], ['d']] }, b: { to: [['d']] }, c: { to: [['d']] } };
    const joined = definitionOf(join === undefined ? { ...tasks, d: {} } : { ...tasks, d: { join } });
    expect(createGraph(joined).joinCount('d')).toBe(count);
  });

  it('has nothing about names that are no task', () => {
    for (const name of ['nope', 'fail', 'constructor', '__proto__']) {
      expect(graph.outbound(name)).toEqual([]);
      expect(graph.inbound(name)).toEqual([]);
      expect(graph.inboundTasks(name)).toEqual([]);
      expect(graph.transitions(name)).toEqual([]);
      expect(graph.joinCount(name)).toBe(0);
    }
  });

  it('leaves out edges to tasks that do not exist', () => {
    const broken = createGraph(definitionOf({ a: { to: [['nope', 'b']] }, b: {} }));
    expect(broken.outbound('a').map(({ to }) => to)).toEqual(['b']);
  });
});

/** What only the rules about the graph find. */
function graphIssuesOf(graph: WorkflowGraph): readonly string[] {
  const codes: string[] = [];
  checkGraph(graph, (code) => codes.push(code), noGaps);
  return codes;
}

describe('a hundred thousand tasks', { timeout: 120_000 }, () => {
  const count = 100_000;
  const names = Array.from({ length: count }, (_, position) => `t${position}`);

  it('in a chain are connected and validated', () => {
    const chain = definitionOf(
      Object.fromEntries(names.map((name, at) => [name, at + 1 < count ? { to: [[`t${at + 1}`]] } : {}])),
    );
    const graph = createGraph(chain);
    expect(graph.entryTasks).toEqual(['t0']);
    expect(graph.inboundTasks('t99999')).toEqual(['t99998']);
    expect(validateDefinition(chain)).toEqual([]);
  });

  it('fanned out and joined again are connected and validated', () => {
    const fan = definitionOf({
      start: { to: [names] },
      ...Object.fromEntries(names.map((name) => [name, { to: [['end']] }])),
      end: { join: 'all' },
    });
    const graph = createGraph(fan);
    expect(graph.joinCount('end')).toBe(count);
    expect(graph.outbound('start')).toHaveLength(count);
    expect(graphIssuesOf(graph)).toEqual([]);
  });

  it('in one circle are found out', () => {
    const graph = createGraph(
      definitionOf(Object.fromEntries(names.map((name, at) => [name, { to: [[`t${(at + 1) % count}`]] }]))),
    );
    expect(graph.entryTasks).toEqual([]);
    expect(graphIssuesOf(graph)).toEqual(['NO_ENTRY_TASK', 'ENDLESS_CYCLE']);
  });
});
