import type { Context, ContextEntry, ContextRoot, ContextStrategy } from '@weftline/context';

/** About 10 KB of JSON, structured as results of real tasks are. */
export function textResult(task: number): unknown {
  const items = Array.from({ length: 80 }, (_, index) => ({
    id: task * 1000 + index,
    name: `item ${index} of task ${task}`,
    state: index % 3 === 0 ? 'active' : 'idle',
    tags: ['warp', 'weft'],
    price: { amount: index * 7.25, currency: 'EUR' },
  }));
  return { items };
}

/** The 10,240 small numbers by which the analysis means 10 KB: a list, which is far larger in memory. */
export function byteResult(): unknown {
  return { data: Array.from({ length: 10_240 }, (_, index) => index % 256) };
}

const root: ContextRoot = { input: {}, execution: { id: 'bench', workflow: 'context-fork' }, env: {} };

/** A context that already knows so many finished tasks; made at once, because some strategies copy everything for each task. */
export function contextAfter(strategy: ContextStrategy, tasks: number, resultOf: (task: number) => unknown): Context {
  const entries = Array.from({ length: tasks }, (_, task): ContextEntry => {
    const value = { status: 'succeeded', result: resultOf(task), error: null, attempts: 1 };
    return { kind: 'task', name: `task_${task}`, value, version: task + 1 };
  });
  return strategy.restore(root, entries);
}
