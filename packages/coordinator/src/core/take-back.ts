import type { WorkflowGraph } from '@weftline/graph';
import { CoordinatorError } from '../errors.ts';
import type { TakenBack } from './event.ts';
import type { VisitHistory } from './history.ts';
import type { Program } from './program.ts';
import type { Replayed } from './replay.ts';

/** Places in a list, from 0, both included. */
export type ItemRange = readonly [first: number, last: number];

/** What of an execution that has ended is to be tried again. */
export type RetrySelection =
  /**
   * Whatever has not succeeded and was not dealt with: tasks whose failure no transition took up, every failed item of a list
   * whatever became of the list, and all that a cancellation stopped.
   */
  | { readonly scope: 'failed' }
  /** Every visit of the task, lists with all of their items. */
  | { readonly scope: 'task'; readonly task: string }
  /** These items of the latest list of the task; without a task, of the only one that has items. */
  | { readonly scope: 'items'; readonly items: readonly ItemRange[]; readonly task?: string }
  /** Every visit of the task and of all that can be reached from it, whichever branch led there. */
  | { readonly scope: 'from'; readonly task: string };

/** Which answers of a visit are taken back. */
interface Choice {
  readonly visit: boolean;
  readonly items: (index: number, answer: number) => boolean;
}

const nothing: Choice = { visit: false, items: () => false };
const everything: Choice = { visit: true, items: () => true };

/**
 * Which answers a retry takes back. In an execution that was canceled those that it was answered with are among them,
 * whatever was chosen: they say nothing of the work. Throws RETRY_TASK_UNKNOWN, RETRY_ITEMS_INVALID or RETRY_NOTHING.
 */
export function takeBack(
  program: Program,
  { state, history }: Replayed,
  selection: RetrySelection,
): readonly TakenBack[] {
  const visits = [...history.visits.values()];
  const choose = choiceOf(program, visits, selection);
  const chosen = visits.flatMap((visit) => answersOf(visit, choose(visit)));
  const goesOn = selection.scope === 'failed' && visits.some(({ end }) => end === 'open');
  if (chosen.length === 0 && !goesOn) throw nothingToRetry(selection);
  const canceled = state.outcome?.status === 'canceled' ? visits : [];
  const all = new Map(canceled.flatMap((visit) => answersOf(visit, orCanceled(visit, choose(visit)))).map(byVisit));
  for (const each of chosen) if (!all.has(each.visit)) all.set(each.visit, each);
  // What followed from a visit that is tried again has not happened, so that nothing of it can be taken back.
  const undone = followersOf(visits, new Set(all.keys()));
  return [...all.values()].filter(({ visit }) => !undone.has(visit));
}

/** The visits that some of these led to, over any number of steps. Visits stand behind those that led to them. */
export function followersOf(visits: Iterable<VisitHistory>, roots: ReadonlySet<number>): ReadonlySet<number> {
  const followers = new Set<number>();
  for (const { id, parents } of visits) {
    if (parents.some((parent) => roots.has(parent) || followers.has(parent))) followers.add(id);
  }
  return followers;
}

function choiceOf(
  program: Program,
  visits: readonly VisitHistory[],
  selection: RetrySelection,
): (visit: VisitHistory) => Choice {
  switch (selection.scope) {
    case 'failed':
      return failures;
    case 'task':
      assertTask(program, selection.task);
      return ({ task }) => (task === selection.task ? everything : nothing);
    case 'from': {
      assertTask(program, selection.task);
      const tasks = reachableFrom(program.graph, selection.task);
      return ({ task }) => (tasks.has(task) ? everything : nothing);
    }
    case 'items': {
      const list = chosenList(program, visits, selection);
      const isChosen = (index: number): boolean =>
        selection.items.some(([first, last]) => first <= index && index <= last);
      return (visit) => (visit === list ? { visit: false, items: isChosen } : nothing);
    }
  }
}

function failures({ isRepeated, stands }: VisitHistory): Choice {
  return isRepeated ? nothing : { visit: stands, items: (_, answer) => answer < 0 };
}

function orCanceled({ canceled }: VisitHistory, choice: Choice): Choice {
  return {
    visit: choice.visit || canceled.has(-1),
    items: (index, answer) => canceled.has(index) || choice.items(index, answer),
  };
}

function byVisit(each: TakenBack): readonly [number, TakenBack] {
  return [each.visit, each];
}

function answersOf(visit: VisitHistory, choice: Choice): readonly TakenBack[] {
  const attempt = choice.visit ? Math.abs(visit.answer) : 0;
  const items: [first: number, last: number, attempt: number][] = [];
  for (const [index, answer = 0] of visit.itemAnswers.entries()) {
    if (answer === 0 || !choice.items(index, answer)) continue;
    const before = items.at(-1);
    if (before?.[1] === index - 1 && before[2] === Math.abs(answer)) before[1] = index;
    else items.push([index, index, Math.abs(answer)]);
  }
  return attempt === 0 && items.length === 0 ? [] : [{ visit: visit.id, attempt, items }];
}

function chosenList(
  program: Program,
  visits: readonly VisitHistory[],
  { items, task }: RetrySelection & { readonly scope: 'items' },
): VisitHistory {
  if (task !== undefined) assertTask(program, task);
  const lists = visits.filter((visit) => visit.itemAnswers.length > 0 && (task ?? visit.task) === visit.task);
  const names = [...new Set(lists.map((visit) => visit.task))];
  if (names.length > 1)
    throw invalidItems(`several tasks have run items, ${names.join(', ')}: expected one to be named`);
  const list = lists.at(-1);
  if (list === undefined) throw invalidItems(`${task === undefined ? 'no task' : `task "${task}"`} has run any`);
  const count = Math.max(list.itemCount, list.itemAnswers.length);
  for (const range of items) assertRange(list, range, count);
  return list;
}

function assertRange({ task }: VisitHistory, [first, last]: ItemRange, count: number): void {
  const shown = first === last ? String(first) : `${first}-${last}`;
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || first < 0 || first > last) {
    throw invalidItems(`expected places from 0 on in rising order, got ${shown}`);
  }
  if (last >= count) throw invalidItems(`task "${task}" has items 0 to ${count - 1}, got ${shown}`);
}

function reachableFrom(graph: WorkflowGraph, task: string): ReadonlySet<string> {
  const reached = new Set([task]);
  for (const each of reached) for (const { to } of graph.outbound(each)) reached.add(to);
  return reached;
}

function assertTask({ tasks }: Program, task: string): void {
  if (tasks.has(task)) return;
  const message = `the workflow has no task ${JSON.stringify(task)}; it has ${[...tasks.keys()].join(', ')}`;
  throw new CoordinatorError(message, { code: 'RETRY_TASK_UNKNOWN' });
}

function invalidItems(message: string): CoordinatorError {
  return new CoordinatorError(`items: ${message}`, { code: 'RETRY_ITEMS_INVALID' });
}

function nothingToRetry(selection: RetrySelection): CoordinatorError {
  const messages: Readonly<Record<RetrySelection['scope'], string>> = {
    failed: 'nothing has failed that could be tried again',
    items: 'none of these items has run',
    task: 'the task has not run',
    from: 'neither the task nor anything behind it has run',
  };
  return new CoordinatorError(messages[selection.scope], { code: 'RETRY_NOTHING' });
}
