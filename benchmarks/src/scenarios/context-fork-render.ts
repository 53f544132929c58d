import type { Context, ContextStrategy } from '@weftline/context';
import { compileExpression, type Scope } from '@weftline/expression';
import { sharedContext } from '@weftline/context/shared-context';
import type { PreparedCase, Scenario, Strategy } from '../case.ts';
import { contextStrategies } from './context-strategies.ts';
import { contextAfter, textResult } from './task-results.ts';

const expression = compileExpression('task.task_0.result.items[3].name');
const expected = 'item 3 of task 0';

function checkName(answer: unknown): void {
  if (answer !== expected) throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(answer)}`);
}

function prepared(run: () => unknown): Promise<PreparedCase> {
  return Promise.resolve({ operations: 1, run, check: checkName });
}

function rendering(strategy: ContextStrategy): Strategy {
  return {
    name: strategy.name,
    prepare({ c }) {
      const context = contextAfter(strategy, c, textResult);
      return prepared(() => expression.render(context.forItem({ value: 1 }, 7)));
    },
  };
}

interface KnownTask {
  readonly result: { readonly items: readonly { readonly name: string }[] };
}

/** The same value read by a function that was written for it. */
const handWritten: Strategy = {
  name: 'literal',
  prepare({ c }) {
    const task: Record<string, KnownTask> = {};
    for (let number = 0; number < c; number += 1)
      task[`task_${number}`] = { result: textResult(number) as KnownTask['result'] };
    const parent = { task };
    return prepared(() => {
      const fork = { parent, item: { value: 1 }, index: 7 };
      return fork.parent.task['task_0']?.result.items[3]?.name;
    });
  },
};

/** A fork that shares, whose rendering lists all namespaces into one plain object first, as the remedy was once built. */
const namespacesCopied: Strategy = {
  name: 'namespaces copied per render',
  prepare({ c }) {
    const context = contextAfter(sharedContext(), c, textResult);
    return prepared(() => expression.render(plainScope(context.forItem({ value: 1 }, 7))));
  },
};

function plainScope(context: Context): Scope {
  const task: Record<string, unknown> = {};
  const vars: Record<string, unknown> = {};
  for (const { kind, name, value } of context.entries()) (kind === 'task' ? task : vars)[name] = value;
  const names: Readonly<Record<string, unknown>> = {
    task,
    vars,
    item: context.resolve('item'),
    index: context.resolve('index'),
  };
  return {
    resolve: (name) => names[name],
    lookup: (namespace, key) => (names[namespace] as Readonly<Record<string, unknown>> | undefined)?.[key],
    call: () => undefined,
  };
}

export const contextForkRender: Scenario = {
  ...{ name: 'context-fork-render', title: 'one item context, and one value read through it', operation: 'render' },
  ...{ pace: 'nanoseconds', floor: 'literal', baseline: 'deep-clone-context/structured-clone', growth: ['c'] },
  sizes: [1, 10, 50, 100, 500, 1_000].map((c) => ({ n: 1, c })),
  quickSizes: [1, 10, 100, 1_000].map((c) => ({ n: 1, c })),
  notes: [
    'A fork, and `task.task_0.result.items[3].name` rendered with it by the compiled expression.',
    '"namespaces copied per render" forks for nothing, and then lists every task to render one value: its cost still grows with c.',
  ],
  strategies: [handWritten, ...contextStrategies.map(rendering), namespacesCopied],
};
