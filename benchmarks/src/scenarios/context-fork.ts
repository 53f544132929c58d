import { serialize } from 'node:v8';
import type { Context } from '@weftline/context';
import type { PreparedCase, Scenario, Strategy } from '../case.ts';
import { contextStrategies } from './context-strategies.ts';
import { byteResult, contextAfter, textResult } from './task-results.ts';

const item = { value: 1 };
const index = 7;

function checkFork(answer: unknown): void {
  const fork = answer as Context;
  const found = [fork.resolve('item'), fork.resolve('index')];
  if ((found[0] as typeof item).value !== item.value || found[1] !== index)
    throw new Error(`expected item and index of the fork, got ${JSON.stringify(found)}`);
}

/** The least that any fork can be. */
function literal(resultOf: (task: number) => unknown): Strategy {
  return {
    name: 'literal',
    prepare({ c }) {
      const parent = Array.from({ length: c }, (_, task) => resultOf(task));
      return Promise.resolve({
        operations: 1,
        run: () => ({ parent, item, index }),
        check(answer) {
          if ((answer as { index: number }).index !== index) throw new Error('expected the literal');
        },
      });
    },
  };
}

function forkStrategies(resultOf: (task: number) => unknown): readonly Strategy[] {
  const figures = sizesOf(resultOf(1));
  return contextStrategies.map((strategy) => ({
    name: strategy.name,
    prepare({ c }): Promise<PreparedCase> {
      const context = contextAfter(strategy, c, resultOf);
      return Promise.resolve({
        operations: 1,
        run: () => context.forItem(item, index),
        check: checkFork,
        figures: () => figures,
      });
    },
  }));
}

/** What one result of a task is as text, and as the structured clone that a deep copy goes through. */
function sizesOf(result: unknown): Readonly<Record<string, number>> {
  return { jsonBytesPerTask: JSON.stringify(result).length, cloneBytesPerTask: serialize(result).length };
}

const tasks = [0, 10, 50, 100, 500, 1_000];

function scenario(name: string, title: string, resultOf: (task: number) => unknown): Scenario {
  return {
    ...{ name, title, operation: 'fork', pace: 'nanoseconds', comparison: name === 'context-fork' },
    ...{ floor: 'literal', baseline: 'deep-clone-context/structured-clone', growth: ['c'] },
    sizes: tasks.map((c) => ({ n: 1, c })),
    quickSizes: [10, 100, 1_000].map((c) => ({ n: 1, c })),
    notes: [
      'Deriving the context of one item from a context that knows c finished tasks; nothing is read from it.',
      'Not measured: reading (see context-fork-render), and forks that are kept by the million.',
    ],
    strategies: [literal(resultOf), ...forkStrategies(resultOf)],
  };
}

export const contextFork: Scenario = scenario(
  'context-fork',
  'one item context, tasks of 10 KB of JSON text',
  textResult,
);

export const contextForkBytes: Scenario = {
  ...scenario(
    'context-fork-bytes',
    "one item context, tasks of 10,240 small numbers (the analysis' byte array)",
    byteResult,
  ),
  sizes: [0, 10, 100].map((c) => ({ n: 1, c })),
  quickSizes: [10, 100].map((c) => ({ n: 1, c })),
};
