import type { ExecutionState } from '@weftline/coordinator';
import { expectedOutcome } from './simulated-work.ts';

type Tell = (law: string, detail: string) => void;

interface ListView {
  readonly result: readonly unknown[];
  readonly counts: Readonly<Record<string, number>>;
  readonly failed_items: readonly { readonly index: number; readonly attempts: number }[];
}

/** Every result of a list stands at the place of its item, and every item has come out as its work says. */
export function checkResults(state: ExecutionState, execution: string, tell: Tell): void {
  for (const { kind, name, value } of state.final.entries()) {
    if (kind !== 'task' || !isListView(value)) continue;
    const { result, counts, failed_items: failed } = value;
    const failedAt = new Map(failed.map(({ index, attempts }) => [index, attempts]));
    for (const [index, given] of result.entries()) {
      const key = `${execution}/${name}/`;
      if (given !== null && !isResultOf(given, key, index))
        tell('results stand in item order', `item ${index} of ${name}: ${JSON.stringify(given)}`);
      const attempts = failedAt.get(index);
      if (given !== null && attempts !== undefined)
        tell('an item succeeds or fails', `item ${index} of ${name} did both`);
    }
    const succeeded = result.filter((given) => given !== null).length;
    if (succeeded !== counts['succeeded'] || failed.length !== counts['failed'])
      tell('counts are those of the results', `${name}: ${JSON.stringify(counts)}, ${succeeded} results`);
  }
}

function isListView(value: unknown): value is ListView {
  return typeof value === 'object' && value !== null && 'counts' in value && 'result' in value;
}

/** A result names its work: execution, task, visit and item; and that work can succeed. */
function isResultOf(given: unknown, prefix: string, index: number): boolean {
  const { of } = given as { readonly of: string };
  if (!of.startsWith(prefix) || !of.endsWith(`/${index}`)) return false;
  return Array.from({ length: 6 }, (_, place) => expectedOutcome(of, place + 1)).some(({ ok }) => ok);
}
