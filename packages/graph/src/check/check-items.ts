import type { ExpressionText, ItemsDefinition, TaskDefinition } from '../definition.ts';
import { parsePercentage } from '../percentage.ts';
import type { Path } from '../path.ts';
import type { Report } from './report.ts';
import type { TemplateChecker } from './template-checker.ts';
import { placeInTask } from './template-place.ts';

/** Keys of `with` that say the same thing in two ways. */
export function checkItemsKeys(task: TaskDefinition, report: Report): void {
  if (task.with === undefined) return;
  const { collect, reduce, items, from } = task.with;
  const path: Path = ['tasks', task.name, 'with'];
  if (items !== undefined && from !== undefined) {
    const message = 'the items come from "from", so there is nothing for "items" to say';
    report('CONFLICTING_KEYS', { path: [...path, 'items'] }, message);
  }
  if (items === undefined && from === undefined) {
    report('MISSING_KEY', { path }, 'expected the key "items" or the key "from"');
  }
  if (collect !== undefined && reduce !== undefined) {
    const message = '"reduce" makes the result of the task, so there is nothing for "collect" to decide';
    report('CONFLICTING_KEYS', { path: [...path, 'collect'] }, message);
  }
}

/** Every expression of `with` parses, and reads only what can have a value there. */
export function checkItemsTemplates(task: TaskDefinition, checker: TemplateChecker): void {
  const { with: items } = task;
  if (items === undefined) return;
  const path: Path = ['tasks', task.name, 'with'];
  const place = placeInTask(task, 'with');
  if (items.items !== undefined) checker.list(items.items, [...path, 'items'], place);
  checker.template(items.from?.input, [...path, 'from', 'input'], placeInTask(task, 'with.from'));
  checker.expression(items.concurrency, [...path, 'concurrency'], place);
  if (!isPercentage(items.tolerate)) checker.expression(items.tolerate, [...path, 'tolerate'], place);
  for (const [key, field] of paceFields) {
    const pace = items[key] as Readonly<Record<string, number | ExpressionText>> | undefined;
    checker.expression(pace?.[field], [...path, key, field], place);
  }
  checkDecisions(task, items, checker);
  checker.template(items.reduce?.initial, [...path, 'reduce', 'initial'], place);
  checker.expression(items.reduce?.value, [...path, 'reduce', 'value'], placeInTask(task, 'with.reduce'));
}

const paceFields = [
  ...([
    ['batch', 'size'],
    ['batch', 'bytesMax'],
    ['batch', 'waitMs'],
  ] as const),
  ...([
    ['rate', 'limit'],
    ['rate', 'perMs'],
  ] as const),
] as const;

function checkDecisions(task: TaskDefinition, items: ItemsDefinition, checker: TemplateChecker): void {
  const path: Path = ['tasks', task.name, 'with'];
  checker.expression(items.continueWhen, [...path, 'continueWhen'], placeInTask(task, 'with.continue_when'));
  checker.expression(items.failWhen, [...path, 'failWhen'], placeInTask(task, 'with.fail_when'));
}

function isPercentage(value: unknown): boolean {
  return typeof value === 'string' && parsePercentage(value) !== undefined;
}
