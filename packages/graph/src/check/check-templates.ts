import type { TaskDefinition, TemplateValue, WorkflowDefinition } from '../definition.ts';
import type { Path } from '../path.ts';
import { checkItemsTemplates } from './check-items.ts';
import type { Gaps } from './gaps.ts';
import { collectNames } from './known-names.ts';
import type { Report } from './report.ts';
import { TemplateChecker } from './template-checker.ts';
import { outputPlace, placeInTask, placeOfVariable } from './template-place.ts';

/** Every expression parses, and reads only what can have a value where it stands. */
export function checkTemplates(definition: WorkflowDefinition, report: Report, gaps: Gaps): void {
  const checker = new TemplateChecker(collectNames(definition, gaps), report);
  for (const [name, declaration] of Object.entries(definition.input)) {
    checker.plain(declaration.default, ['input', name, 'default']);
  }
  checkVariables(definition, checker);
  for (const task of Object.values(definition.tasks)) checkTask(task, checker);
  if (definition.output !== undefined) checker.template(definition.output, ['output'], outputPlace);
}

function checkVariables({ vars }: WorkflowDefinition, checker: TemplateChecker): void {
  const before = new Set<string>();
  for (const [name, value] of Object.entries(vars)) {
    checker.template(value, ['vars', name], placeOfVariable(before));
    before.add(name);
  }
}

function checkTask(task: TaskDefinition, checker: TemplateChecker): void {
  const path = ['tasks', task.name];
  checker.template(task.input, [...path, 'input'], placeInTask(task, 'input'));
  checker.expression(task.timeoutMs, [...path, 'timeoutMs'], placeInTask(task, 'timeout'));
  checker.expression(task.delayMs, [...path, 'delayMs'], placeInTask(task, 'delay'));
  checkItemsTemplates(task, checker);
  checkRetry(task, path, checker);
  checkNext(task, path, checker);
}

function checkRetry(task: TaskDefinition, path: Path, checker: TemplateChecker): void {
  const { retry } = task;
  if (retry === undefined) return;
  const place = placeInTask(task, 'retry');
  for (const field of ['count', 'delayMs', 'maxDelayMs'] as const) {
    checker.expression(retry[field], [...path, 'retry', field], place);
  }
  checker.expression(retry.when, [...path, 'retry', 'when'], placeInTask(task, 'retry.when'));
}

function checkNext(task: TaskDefinition, path: Path, checker: TemplateChecker): void {
  const place = placeInTask(task, 'next');
  for (const [position, { when, publish }] of task.next.entries()) {
    checker.expression(when, [...path, 'next', position, 'when'], place);
    const published: readonly (readonly [string, TemplateValue])[] = publish;
    for (const [at, [, value]] of published.entries()) {
      checker.template(value, [...path, 'next', position, 'publish', at, 1], place);
    }
  }
}
