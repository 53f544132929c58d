import type { TaskDefinition, TemplateValue, WorkflowDefinition } from '../definition.ts';
import type { Path } from '../path.ts';
import { checkItemsTemplates } from './check-items.ts';
import type { Gaps } from './gaps.ts';
import { collectNames } from './known-names.ts';
import type { Report } from './report.ts';
import { TemplateChecker } from './template-checker.ts';
import { outputPlace, placeInTask, placeOfDefault, placeOfVariable, type TemplatePlace } from './template-place.ts';

/** Every expression parses, and reads only what can have a value where it stands. */
export function checkTemplates(definition: WorkflowDefinition, report: Report, gaps: Gaps): void {
  const { language = 'native' } = definition;
  const checker = new TemplateChecker(collectNames(definition, gaps), { report, language });
  checkInputs(definition, checker);
  checkVariables(definition, checker);
  for (const task of Object.values(definition.tasks)) checkTask(task, checker);
  checkOutput(definition, checker);
}

/** Defaults are values, but in Orquesta's language they are templates that see the inputs before them. */
function checkInputs({ language, input }: WorkflowDefinition, checker: TemplateChecker): void {
  const before = new Set<string>();
  for (const [name, declaration] of Object.entries(input)) {
    const path = ['input', name, 'default'];
    if (language === 'orquesta') checker.template(declaration.default, path, placeOfDefault(before));
    else checker.plain(declaration.default, path);
    before.add(name);
  }
}

/** In Orquesta's language each entry sees those before it. */
function checkOutput({ language, output }: WorkflowDefinition, checker: TemplateChecker): void {
  if (language !== 'orquesta' || typeof output !== 'object' || output === null || Array.isArray(output)) {
    if (output !== undefined) checker.template(output, ['output'], outputPlace);
    return;
  }
  const before = new Set<string>();
  for (const [key, value] of Object.entries(output)) {
    checker.template(value, ['output', key], { ...outputPlace, published: before });
    before.add(key);
  }
}

function checkVariables({ language, input, vars }: WorkflowDefinition, checker: TemplateChecker): void {
  const before = new Set<string>(language === 'orquesta' ? Object.keys(input) : []);
  for (const [name, value] of Object.entries(vars)) {
    checker.template(value, ['vars', name], placeOfVariable(before));
    before.add(name);
  }
}

function checkTask(task: TaskDefinition, checker: TemplateChecker): void {
  const path = ['tasks', task.name];
  checker.template(task.input, [...path, 'input'], placeInTask(task, 'input'));
  checker.expression(task.timeoutMs, [...path, 'timeoutMs'], placeInTask(task, 'timeout'));
  checker.expression(task.heartbeatMs, [...path, 'heartbeatMs'], placeInTask(task, 'timeout'));
  checker.expression(task.delayMs, [...path, 'delayMs'], placeInTask(task, 'delay'));
  checker.expression(task.when, [...path, 'when'], placeInTask(task, 'when'));
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
    const publications: readonly (readonly [string, TemplateValue])[] = publish;
    const published = new Set<string>();
    const here: TemplatePlace = { ...place, published };
    for (const [at, [name, value]] of publications.entries()) {
      checker.template(value, [...path, 'next', position, 'publish', at, 1], here);
      published.add(name);
    }
  }
}
