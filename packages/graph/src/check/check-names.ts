import { isExpressionText } from '@weftline/expression';
import { quote } from '../describe-value.ts';
import { ENGINE_COMMANDS, type WorkflowDefinition } from '../definition.ts';
import { ACTION_PATTERN, NAME_PATTERN, RESERVED_NAMES, WORKFLOW_NAME_PATTERN } from '../language.ts';
import { itemNames } from './item-names.ts';
import type { At, Report } from './report.ts';

const namePattern = new RegExp(NAME_PATTERN);
const workflowNamePattern = new RegExp(WORKFLOW_NAME_PATTERN);
const actionPattern = new RegExp(ACTION_PATTERN);
const reservedNames: ReadonlySet<string> = new Set(RESERVED_NAMES);
const engineCommands: ReadonlySet<string> = new Set(ENGINE_COMMANDS);
/** Names that every object of JavaScript has; a map with one of them would not be what it seems. */
const prototypeNames: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Every name that a workflow gives to something can be given, and is not taken by the language itself. */
export function checkNames(definition: WorkflowDefinition, report: Report): void {
  checkWorkflowName(definition.name, report);
  for (const name of Object.keys(definition.input)) checkName(name, { path: ['input', name], part: 'key' }, report);
  const checkVariable = definition.language === 'orquesta' ? checkName : checkUnreserved;
  for (const name of Object.keys(definition.vars)) checkVariable(name, { path: ['vars', name], part: 'key' }, report);
  for (const task of Object.values(definition.tasks)) {
    const path = ['tasks', task.name];
    checkTaskName(task.name, { path, part: 'key' }, report);
    if (task.action !== undefined) checkAction(task.action, { path: [...path, 'action'] }, report);
    const source = task.with?.from?.action;
    if (source !== undefined) checkAction(source, { path: [...path, 'with', 'from', 'action'] }, report);
    for (const name of itemNames(task)) checkVariable(name, { path: [...path, 'with', 'as'] }, report);
    for (const [position, { publish }] of task.next.entries()) {
      for (const [place, [name]] of publish.entries()) {
        checkVariable(name, { path: [...path, 'next', position, 'publish', place, 0], part: 'key' }, report);
      }
    }
  }
}

function checkWorkflowName(name: string, report: Report): void {
  if (workflowNamePattern.test(name)) return;
  const rule = 'letters, digits, _, - and ., beginning with a letter, a digit or _, at most 128 characters';
  report('BAD_NAME', { path: ['name'] }, `expected a name for the workflow (${rule}), got ${quote(name)}`);
}

function checkName(name: string, at: At, report: Report): boolean {
  if (!namePattern.test(name)) {
    const rule = 'letters, digits, _ and -, beginning with a letter or _, at most 128 characters';
    report('BAD_NAME', at, `expected a name (${rule}), got ${quote(name)}`);
    return false;
  }
  if (!prototypeNames.has(name) && !name.startsWith('__')) return true;
  report('RESERVED_NAME', at, `the name ${quote(name)} is not allowed, since objects of JavaScript use it themselves`);
  return false;
}

function checkTaskName(name: string, at: At, report: Report): void {
  if (checkName(name, at, report) && engineCommands.has(name)) {
    report('RESERVED_NAME', at, `a task cannot be called ${quote(name)}, which is an engine command in "do"`);
  }
}

/** Where bare names are variables, they cannot be those that have a meaning already. In Orquesta's language `ctx(name)` reads them. */
function checkUnreserved(name: string, at: At, report: Report): void {
  if (checkName(name, at, report) && reservedNames.has(name)) {
    report(
      'RESERVED_NAME',
      at,
      `a variable cannot be called ${quote(name)}, which has a meaning of its own in expressions`,
    );
  }
}

function checkAction(name: string, at: At, report: Report): void {
  if (actionPattern.test(name)) return;
  const hint = isExpressionText(name, 'orquesta')
    ? 'an action cannot be computed; lead to one of several tasks with "when" instead'
    : 'parameters belong in "input"';
  report('BAD_NAME', at, `expected the name of an action, got ${quote(name)}; ${hint}`);
}
