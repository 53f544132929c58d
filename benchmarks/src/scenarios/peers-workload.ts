/** List items in flight at once, for every engine. */
export const concurrency = 50;

/** What every engine is given: the same tasks, the same items, the same functions. `benchmarks/peers/README.md` says more. */
export interface Workload {
  readonly tasks: number;
  readonly values: readonly number[];
  readonly concurrency: number;
  readonly runTask: (index: number) => Promise<TaskResult>;
  readonly runItem: (value: number) => Promise<number>;
}

export interface TaskResult {
  readonly index: number;
  readonly rows: readonly unknown[];
}

/** Which earlier results the engine still knew at the end, by index, and what became of the items, in their order. */
export interface Answer {
  readonly known: readonly number[];
  readonly results: readonly number[];
}

/** What the functions of the workload note while an engine calls them. */
export interface Meter {
  startedAt: bigint;
  itemCalls: number;
}

/** The clock of the list starts when the last earlier task answers: the moment that every engine has in common. */
export function functionsOf(tasks: number, meter: Meter): Pick<Workload, 'runTask' | 'runItem'> {
  const results = Array.from({ length: tasks }, (_, index) => taskResult(index));
  return {
    async runTask(index) {
      const result = results[index];
      if (result === undefined) throw new Error(`expected a task below ${tasks}, got ${index}`);
      if (index === tasks - 1) meter.startedAt = process.hrtime.bigint();
      return result;
    },
    async runItem(value) {
      meter.itemCalls += 1;
      return value * 2 + 1;
    },
  };
}

/** About 10 KB as JSON. */
function taskResult(index: number): TaskResult {
  const row = (id: number): unknown => ({
    id,
    name: `row ${id} of task ${index}`,
    amount: id * 1.25,
    tags: ['warp', 'weft'],
  });
  return { index, rows: Array.from({ length: 140 }, (_, id) => row(id)) };
}

/** What a run has to have done: results in order, and no earlier result forgotten. */
export function checkAnswer({ known, results }: Answer, values: readonly number[], tasks: number): void {
  const expected = JSON.stringify(values.map((value) => value * 2 + 1));
  if (JSON.stringify(results) !== expected)
    throw new Error(`expected ${values.length} results in order, got ${JSON.stringify(results).slice(0, 80)}`);
  if (known.length !== tasks || known.some((index, place) => index !== place))
    throw new Error(`expected ${tasks} earlier results to be known, got ${JSON.stringify(known).slice(0, 80)}`);
}
