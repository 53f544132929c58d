import { ExpressionError, type Template } from '@weftline/expression';
import { List, Map } from 'immutable';
import type { CompiledItems } from './compile-items.ts';
import type { Draft } from './draft.ts';
import { expressionFailure } from './failure.ts';
import { measureBounds, type ListBounds } from './list-bounds.ts';
import { evaluateWhen, type Measured } from './quantity.ts';
import { AttemptScope } from './scope.ts';
import { unread } from './source.ts';
import type { ItemsState, Visit } from './state.ts';

/** Evaluates what `with` says about the list as a whole; the list with nothing handed out, or why there is none. */
export function openList(draft: Draft, compiled: CompiledItems, visit: Visit): Measured<ItemsState> {
  const scope = new AttemptScope(visit.context, draft.atMs, { attempt: visit.attempt, secrets: {} });
  const { task } = visit;
  const { when } = draft.task(task);
  const holds = when === undefined ? always : evaluateWhen(when, scope, task);
  if (!holds.ok) return holds;
  const source = holds.value ? compiled.source : undefined;
  const isEmpty = !holds.value || source !== undefined;
  const list = isEmpty ? noList : evaluateList(compiled, scope, `with.items of task "${task}"`);
  if (!list.ok) return list;
  const bounds = measureBounds(draft, compiled, { scope, task });
  if (!bounds.ok) return bounds;
  const initial = render(compiled.reduce?.initial, scope, `with.reduce.initial of task "${task}"`);
  if (!initial.ok) return initial;
  const [acc] = initial.value;
  const opened = { source: source && unread, list: list.value, acc };
  return { ok: true, value: { ...nothingYet, ...bounds.value, ...opened } };
}

const always = { ok: true, value: true } as const;
const noList = { ok: true, value: [] } as const;

/** A list of which nothing has been handed out. */
export const nothingYet: Omit<ItemsState, 'list' | 'source' | 'acc' | keyof ListBounds> = {
  cursor: 0,
  running: Map<number, number>(),
  waiting: Map<number, never>(),
  due: List<never>(),
  results: List<unknown>(),
  failures: List<never>(),
  succeeded: 0,
  canceled: 0,
  forgiven: 0,
  halted: false,
  fault: undefined,
  folded: 0,
  landed: Map<number, never>(),
  produced: Map<number, unknown>(),
  calls: Map<number, number>(),
  callOf: Map<number, number>(),
  starts: List<number>(),
};

function evaluateList(compiled: CompiledItems, scope: AttemptScope, where: string): Measured<readonly unknown[]> {
  const rendered = render(compiled.list, scope, where);
  if (!rendered.ok) return rendered;
  const [value] = rendered.value;
  if (Array.isArray(value)) return { ok: true, value };
  if (compiled.takesMaps && typeof value === 'object' && value !== null) return { ok: true, value: entriesOf(value) };
  const expected = compiled.takesMaps ? 'a list, or a map whose entries are the items' : 'a list';
  const message = `${where}: expected ${expected}, got ${describe(value)}`;
  return { ok: false, failure: { kind: 'definition', code: 'ITEMS_NOT_A_LIST', message, retryable: false } };
}

/** In the order in which objects of JavaScript have them: as written, but whole numbers first. */
function entriesOf(map: object): readonly unknown[] {
  return Object.entries(map as Readonly<Record<string, unknown>>).map(([key, value]) => ({ key, value }));
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return `the ${typeof value} ${JSON.stringify(value).slice(0, 60)}`;
}

/** The value, in a list of its own; undefined without a template. */
function render(template: Template | undefined, scope: AttemptScope, where: string): Measured<readonly [unknown]> {
  try {
    return { ok: true, value: [template?.render(scope)] };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { ok: false, failure: expressionFailure(error, where) };
  }
}
