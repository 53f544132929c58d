import { ExpressionError } from '@weftline/expression';
import { List, Map } from 'immutable';
import type { Draft, ItemsDraft } from './draft.ts';
import { expressionFailure, type TaskFailure } from './failure.ts';
import type { CompiledItems } from './program.ts';
import { measureCount } from './quantity.ts';
import { failLater, report } from './report.ts';
import { AttemptScope } from './scope.ts';
import type { DueItem, ItemCounts, ItemsState, Visit } from './state.ts';

const runningForTheFirstTime = 1;

/** Evaluates the list and hands out the first window. An empty list ends by an event of its own. */
export function openItems(draft: Draft, compiled: CompiledItems, visit: Visit): void {
  const scope = new AttemptScope(visit.context, draft.atMs, { attempt: visit.attempt, secrets: {} });
  const list = evaluateList(compiled, scope, visit.task);
  if (!list.ok) {
    failLater(draft, visit, list.failure);
    return;
  }
  const concurrency = measureCount(compiled.concurrency, scope, {
    where: `with.concurrency of task "${visit.task}"`,
    minimum: 1,
  });
  if (!concurrency.ok) {
    failLater(draft, visit, concurrency.failure);
    return;
  }
  draft.notices?.push({ type: 'task-started', task: visit.task, visit: visit.ordinal, items: list.value.length });
  const opened: Visit = { ...visit, items: emptyWindow(list.value, concurrency.value) };
  if (list.value.length === 0) {
    report(draft, opened, { type: 'items-exhausted', atMs: draft.atMs, visit: visit.id });
    return;
  }
  draft.putVisit(opened);
  refillWindow(draft, opened, true);
}

function emptyWindow(list: readonly unknown[], concurrency: number): ItemsState {
  return {
    list,
    concurrency,
    cursor: 0,
    running: Map(),
    waiting: Map(),
    due: List(),
    results: List(),
    failures: List(),
    succeeded: 0,
    canceled: 0,
  };
}

type Evaluated =
  { readonly ok: true; readonly value: readonly unknown[] } | { readonly ok: false; readonly failure: TaskFailure };

function evaluateList(compiled: CompiledItems, scope: AttemptScope, task: string): Evaluated {
  const where = `with.items of task "${task}"`;
  try {
    const value = compiled.list.render(scope);
    if (Array.isArray(value)) return { ok: true, value: value as readonly unknown[] };
    const got =
      value === null
        ? 'null'
        : typeof value === 'object'
          ? 'a mapping'
          : `the ${typeof value} ${JSON.stringify(value).slice(0, 60)}`;
    const message = `${where}: expected a list, got ${got}`;
    return { ok: false, failure: { kind: 'definition', code: 'ITEMS_NOT_A_LIST', message, retryable: false } };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { ok: false, failure: expressionFailure(error, where) };
  }
}

/**
 * Hands out items until the window is full: first those whose back-off is over, then new ones by the cursor.
 * `opening` items depend on the event that opened the list; later ones depend on no event, since items are
 * independent of each other.
 */
export function refillWindow(draft: Draft, visit: Visit, opening = false): void {
  if (!draft.handsOut) return;
  const window = draft.window(visit);
  while (window.running.size < window.concurrency) {
    const next = takeNext(window);
    if (next === undefined) return;
    window.running.set(next.index, next.attempt);
    draft.inFlight += 1;
    draft.commands.push({
      type: 'run-attempt',
      afterDurable: opening || next.attempt > runningForTheFirstTime,
      visit: visit.id,
      task: visit.task,
      ordinal: visit.ordinal,
      index: next.index,
      item: window.list[next.index],
      attempt: next.attempt,
      context: visit.context,
    });
  }
}

function takeNext(window: ItemsDraft): DueItem | undefined {
  const due = window.due.first();
  if (due !== undefined) {
    window.due.shift();
    return due;
  }
  if (window.cursor >= window.list.length) return undefined;
  const index = window.cursor;
  window.cursor += 1;
  return { index, attempt: runningForTheFirstTime };
}

export function countItems(items: ItemsState | ItemsDraft): ItemCounts {
  return {
    total: items.list.length,
    succeeded: items.succeeded,
    failed: items.failures.size,
    canceled: items.canceled,
    running: items.running.size,
    retrying: items.waiting.size + items.due.size,
    pending: items.list.length - items.cursor,
  };
}
