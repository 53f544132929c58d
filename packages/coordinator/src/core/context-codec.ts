import type { Context, ContextEntry, ContextRoot, ContextStrategy } from '@weftline/context';

/**
 * Contexts as plain data: every write stands once, in the order in which it was met, and every context is a list of writes.
 * Branches share most of what they know, so a context is told in runs: the number of a write and how many follow on from it.
 */
export interface ContextsDocument {
  readonly writes: readonly WriteDocument[];
  readonly contexts: readonly (readonly number[])[];
}

export type WriteDocument = readonly [isTask: 0 | 1, name: string, value: unknown, version: number];

/**
 * Collects contexts and gives each a number, the same for the same one. What two contexts know in common is written once
 * as long as they share its values; copies of a value, which `deepCloneContext` makes, are written each.
 */
export class ContextTable {
  readonly #numbers = new Map<Context, number>();
  readonly #contexts: (readonly number[])[] = [];
  readonly #writes: WriteDocument[] = [];
  /** The latest write of each version: a version names one write, unless its value was copied since. */
  readonly #latest = new Map<number, number>();

  numberOf(context: Context): number {
    const known = this.#numbers.get(context);
    if (known !== undefined) return known;
    const number = this.#contexts.length;
    this.#numbers.set(context, number);
    this.#contexts.push(runsOf(context.entries().map((entry) => this.#writeOf(entry))));
    return number;
  }

  document(): ContextsDocument {
    return { writes: this.#writes, contexts: this.#contexts };
  }

  #writeOf({ kind, name, value, version }: ContextEntry): number {
    const isTask = kind === 'task' ? 1 : 0;
    const latest = this.#latest.get(version) ?? -1;
    const write = this.#writes[latest];
    if (write?.[0] === isTask && write[1] === name && Object.is(write[2], value)) return latest;
    const number = this.#writes.push([isTask, name, value, version]) - 1;
    this.#latest.set(version, number);
    return number;
  }
}

/** The contexts by number; those that were one are one again, and all hold the same values. */
export function restoreContexts(
  { writes, contexts }: ContextsDocument,
  strategy: ContextStrategy,
  root: ContextRoot,
): readonly Context[] {
  const entries = writes.map(([isTask, name, value, version]): ContextEntry => ({
    kind: isTask === 1 ? 'task' : 'variable',
    name,
    value,
    version,
  }));
  return contexts.map((runs) => {
    const own: ContextEntry[] = [];
    for (let at = 0; at < runs.length; at += 2) {
      const [from = 0, length = 0] = [runs[at], runs[at + 1]];
      for (const entry of entries.slice(from, from + length)) own.push(entry);
    }
    return strategy.restore(root, own);
  });
}

function runsOf(numbers: readonly number[]): readonly number[] {
  const runs: number[] = [];
  let next = -1;
  for (const number of numbers) {
    if (number === next) runs[runs.length - 1] = (runs[runs.length - 1] ?? 0) + 1;
    else runs.push(number, 1);
    next = number + 1;
  }
  return runs;
}
