import { itemContext, type Context, type ContextRoot, type ContextStrategy } from '@weftline/context';
import { deepCloneContext } from '@weftline/context/deep-clone-context';
import { sharedContext } from '@weftline/context/shared-context';
import { compileExpression } from '@weftline/expression';

/** A synchronous case for the nanosecond harnesses: one fork of a context for an item, and one value read through it. */
export interface ForkCase {
  readonly strategy: string;
  readonly c: number;
  readonly run: () => unknown;
  readonly check: (answer: unknown) => void;
}

const root: ContextRoot = { input: {}, execution: { id: 'bench', workflow: 'context-fork' }, env: {} };
const expression = compileExpression('task.task_0.result.items[3].name');

/** About 10 KB of JSON, structured as results of real tasks are. */
function resultOf(task: number): unknown {
  const items = Array.from({ length: 80 }, (_, index) => ({
    id: task * 1000 + index,
    name: `item ${index} of task ${task}`,
    state: index % 3 === 0 ? 'active' : 'idle',
    tags: ['warp', 'weft'],
    price: { amount: index * 7.25, currency: 'EUR' },
  }));
  return { items };
}

function contextWith(strategy: ContextStrategy, completedTasks: number): Context {
  let context = strategy.create(root);
  for (let task = 0; task < completedTasks; task += 1) {
    const view = { status: 'succeeded', result: resultOf(task), error: null, attempts: 1 };
    context = context.withTask(`task_${task}`, view, task + 1);
  }
  return context;
}

export function forkCases(completedTasks: readonly number[]): readonly ForkCase[] {
  const strategies = [
    itemContext(),
    sharedContext(),
    deepCloneContext({ method: 'structured-clone' }),
    deepCloneContext({ method: 'json' }),
  ];
  return completedTasks.flatMap((c) =>
    strategies.map((strategy) => {
      const context = contextWith(strategy, c);
      return {
        strategy: strategy.name,
        c,
        run: () => expression.render(context.forItem({ value: 1 }, 7)),
        check(answer: unknown) {
          if (answer !== 'item 3 of task 0')
            throw new Error(`${strategy.name}: expected "item 3 of task 0", got ${String(answer)}`);
        },
      };
    }),
  );
}
