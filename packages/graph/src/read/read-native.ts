import type { Language } from '@weftline/expression';
import { describeValue, quote } from '../describe-value.ts';
import type { TaskDefinition, WorkflowDefinition } from '../definition.ts';
import { LANGUAGES } from '../language.ts';
import { entryOf, outlineOf, valueOf, type MapEntry, type MapNode } from '../source/source-node.ts';
import { defined, isMapField, isNull, membersOf, readFields, report, wrongType, type Field } from './field.ts';
import { readInput } from './read-input.ts';
import { readChoice, readText } from './read-scalar.ts';
import { readTask } from './read-task.ts';

export interface Root extends Field {
  readonly node: MapNode;
  readonly file: string;
}

/** Reads the native language of version 1 (`weftline: 1`). What is wrong is left out of the definition. */
export function readNative(document: Root): WorkflowDefinition {
  checkVersion(document, entryOf(document.node, 'weftline'));
  const language = readLanguage(document);
  const root: Root = { ...document, language: language ?? 'native' };
  const fields = readFields(root, 'workflow');
  const output = fields.get('output');
  return {
    format: 1,
    ...defined('language', language),
    name: readText(fields.get('name'), 'the name of the workflow') ?? nameOfFile(root.file),
    ...defined('description', readText(fields.get('description'))),
    input: readMembers(fields.get('input'), 'a map of inputs', readInput),
    vars: readMembers(fields.get('vars'), 'a map of variables', ({ node }) => valueOf(node)),
    tasks: readTasks(root, fields.get('tasks')),
    ...(output === undefined ? {} : { output: valueOf(output.node) }),
  };
}

/** A workflow without a name is called like its file: `flows/Daily report.yaml` is `Daily-report`. */
export function nameOfFile(file: string): string {
  const base = file.split(/[\\/]/).at(-1) ?? '';
  const words = base.replace(/\.[A-Za-z0-9]*$/, '').match(/[A-Za-z0-9_.-]+/g) ?? [];
  const name = words
    .join('-')
    .replace(/^[.-]+/, '')
    .slice(0, 128);
  return name === '' ? 'workflow' : name;
}

function readLanguage(root: Root): Language | undefined {
  const entry = entryOf(root.node, 'language');
  return entry === undefined ? undefined : readChoice({ ...root, node: entry.value, path: ['language'] }, LANGUAGES);
}

function checkVersion(root: Root, entry: MapEntry | undefined): void {
  const field: Field = { ...root, path: ['weftline'] };
  if (entry === undefined) {
    const mark = '"weftline: 1", the mark of a Weftline workflow and of the version of its language';
    report(field, 'MISSING_KEY', `expected ${mark}`);
    return;
  }
  const { value } = entry;
  if (value.kind === 'scalar' && value.value === 1) return;
  const message = `expected version 1 of the language, got ${describeValue(outlineOf(value))}`;
  report({ ...field, node: value }, 'UNSUPPORTED_VERSION', message);
}

function readMembers<Value>(
  field: Field | undefined,
  expected: string,
  read: (member: Field) => Value,
): Readonly<Record<string, Value>> {
  if (field === undefined || isNull(field)) return {};
  if (!isMapField(field)) {
    wrongType(field, expected);
    return {};
  }
  return Object.fromEntries(membersOf(field).map(([{ key }, member]) => [key, read(member)]));
}

function readTasks(root: Field, field: Field | undefined): WorkflowDefinition['tasks'] {
  if (field === undefined) {
    report({ ...root, path: ['tasks'] }, 'MISSING_KEY', 'expected the key "tasks" with at least one task');
    return {};
  }
  if (!isMapField(field)) {
    wrongType(field, 'a map of tasks by name');
    return {};
  }
  const tasks: [name: string, task: TaskDefinition][] = [];
  for (const [{ key, keyType, keyRange }, member] of membersOf(field)) {
    if (keyType !== 'text') {
      const place = { path: member.path, range: keyRange };
      field.issues.add('WRONG_TYPE', place, `expected the name of a task as text, got the ${keyType} ${quote(key)}`);
    }
    tasks.push([key, readTask(key, member)]);
  }
  return Object.fromEntries(tasks);
}
