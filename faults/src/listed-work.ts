import { setTimeout as sleep } from 'node:timers/promises';
import { parseWorkflow, type WorkflowDefinition } from '@weftline/graph';
import type { Action } from '@weftline/engine';

/** How much there is to do. */
export interface Work {
  readonly items: number;
  /** How long the longest action takes. */
  readonly pauseMs: number;
  /** What each result carries along. */
  readonly padBytes: number;
}

/** What the list does with one number. */
export interface WorkResult {
  readonly number: number;
  readonly square: number;
  readonly pad: string;
}

/** A list whose items fail now and then and are tried again, and a task that needs all of its results. */
export const definition: WorkflowDefinition = parseWorkflow(
  `
weftline: 1
name: squares
input: { numbers: { type: array, required: true } }
tasks:
  each:
    with: { items: "{{ input.numbers }}", concurrency: 5 }
    action: square
    input: { number: "{{ item }}" }
    retry: { count: 2, delay: 1ms }
    next: { publish: { squares: "{{ result() }}" }, do: add }
  add: { action: add, input: { squares: "{{ squares }}" } }
output: { sum: "{{ task.add.result }}", squares: "{{ task.each.result }}" }
`,
  { file: 'squares.yaml' },
);

export function numbersOf({ items }: Work): readonly number[] {
  return Array.from({ length: items }, (_, index) => index * 3 + 1);
}

/** The output of the workflow when everything was done once and stands in its place. */
export function expectedOutput(work: Work): unknown {
  const squares = numbersOf(work).map((number) => resultOf(number, work));
  return { sum: squares.reduce((sum, { square }) => sum + square, 0), squares };
}

/** A call of an action, told before it does anything. */
export interface Call {
  readonly task: string;
  readonly item: number | undefined;
  readonly attempt: number;
}

export function actionsOf(work: Work, onCall: (call: Call) => void): Readonly<Record<string, Action>> {
  return {
    square: async ({ number }, { index, attempt }) => {
      onCall({ task: 'each', item: index, attempt });
      const given = number as number;
      await sleep((given % 4) * (work.pauseMs / 3));
      if (given % 10 === 4 && attempt === 1) throw new Error('not yet');
      return resultOf(given, work);
    },
    add: ({ squares }, { attempt }) => {
      onCall({ task: 'add', item: undefined, attempt });
      return (squares as readonly WorkResult[]).reduce((sum, { square }) => sum + square, 0);
    },
  };
}

function resultOf(number: number, { padBytes }: Work): WorkResult {
  return { number, square: number * number, pad: 'x'.repeat(padBytes) };
}
