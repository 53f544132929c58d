import { createEngine, type Engine, type EngineOptions } from '@weftline/engine';
import { parseWorkflow, type WorkflowDefinition } from '@weftline/graph';
import { textResult } from './task-results.ts';

export const listConcurrency = 50;

/** `c` tasks that answer 10 KB each, and then a list whose action answers its item. */
function listWorkflow(c: number): WorkflowDefinition {
  const task = (number: number): string =>
    `  task_${number}: { action: bench.result, input: { task: ${number} }, next: { do: ${number + 1 < c ? `task_${number + 1}` : 'each'} } }`;
  // As long a path in either case: what a template costs to render is not what is asked here.
  const value = c === 0 ? '{{ item + input.none.result.items[0].id }}' : '{{ item + task.task_0.result.items[0].id }}';
  return parseWorkflow(
    `
weftline: 1
name: list
input: { values: { type: array, required: true }, none: { default: { result: { items: [{ id: 0 }] } } } }
tasks:
${Array.from({ length: c }, (_, number) => task(number)).join('\n')}
  each:
    with: { items: "{{ input.values }}", concurrency: ${listConcurrency} }
    action: bench.identity
    input: { value: "${value}" }
output: "{{ task.each.result }}"
`,
    { file: 'list.yaml' },
  );
}

export function valuesTo(n: number): readonly number[] {
  return Array.from({ length: n }, (_, index) => index);
}

export function checkValues(n: number, answer: unknown): void {
  const list = answer as readonly unknown[];
  const wrong = Array.isArray(answer) && list.length === n ? list.findIndex((value, index) => value !== index) : 0;
  if (wrong !== -1) throw new Error(`expected ${n} items in order, got ${JSON.stringify(list).slice(0, 80)}`);
}

/** When the first item began and the execution ended. */
export interface ListRun {
  readonly output: unknown;
  readonly listNs: number;
}

/** An engine whose list can be timed apart from the tasks before it. */
export class ListEngine {
  readonly #engine: Engine;
  readonly #definition: WorkflowDefinition;
  readonly #values: readonly number[];
  #began: bigint | undefined;

  constructor(options: EngineOptions, size: { readonly n: number; readonly c: number }) {
    this.#definition = listWorkflow(size.c);
    this.#values = valuesTo(size.n);
    this.#engine = createEngine({
      ...options,
      actions: {
        'bench.result': ({ task }: { readonly task: number }) => textResult(task),
        'bench.identity': ({ value }: { readonly value: number }) => {
          this.#began ??= process.hrtime.bigint();
          return value;
        },
      },
    });
  }

  async run(): Promise<ListRun> {
    this.#began = undefined;
    const input = { values: this.#values };
    const { status, output, errors } = await this.#engine.start(this.#definition, { input }).outcome();
    if (status !== 'succeeded') throw new Error(`execution ${status}: ${JSON.stringify(errors)}`);
    return { output, listNs: Number(process.hrtime.bigint() - (this.#began ?? 0n)) };
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}
