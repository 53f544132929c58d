import { describeValue } from '../../describe-value.ts';
import type { InputDeclaration, TaskDefinition, WorkflowDefinition } from '../../definition.ts';
import {
  defined,
  isMapField,
  isNull,
  itemsOf,
  membersOf,
  report,
  required,
  wrongType,
  type Field,
} from '../../read/field.ts';
import { nameOfFile, type Root } from '../../read/read-native.ts';
import { readText } from '../../read/read-scalar.ts';
import { outlineOf, textOf, valueOf } from '../../source/source-node.ts';
import type { Origins } from '../origins.ts';
import { readKeys, type Vocabulary } from '../read-keys.ts';
import { distinctPairs, pairsOf, readPairs, type Pair } from '../read-pairs.ts';
import { readOrquestaTask } from './read-task.ts';

const workflow: Vocabulary = {
  title: 'a workflow of Orquesta',
  keys: ['version', 'name', 'description', 'tags', 'input', 'vars', 'tasks', 'output'],
};

/** Reads a workflow of StackStorm Orquesta (`version: 1.0`). What is wrong is left out of the definition. */
export function readOrquesta(root: Root, origins: Origins): WorkflowDefinition {
  const fields = readKeys(root, workflow);
  checkVersion(fields.get('version'));
  checkTags(fields.get('tags'));
  return {
    format: 1,
    language: 'orquesta',
    name: readText(fields.get('name'), 'the name of the workflow') ?? nameOfFile(root.file),
    ...defined('description', readText(fields.get('description'))),
    input: readInputs(fields.get('input'), origins),
    vars: readValues(fields.get('vars'), 'variable', { section: 'vars', origins }),
    tasks: readTasks(required(root, fields, 'tasks'), origins),
    ...(fields.has('output')
      ? { output: readValues(fields.get('output'), 'output', { section: 'output', origins }) }
      : {}),
  };
}

function checkVersion(field: Field | undefined): void {
  if (field === undefined) return;
  const { node } = field;
  if (node.kind === 'scalar' && (typeof node.value === 'number' || typeof node.value === 'string')) {
    if (Number(node.value) === 1) return;
  }
  report(field, 'UNSUPPORTED_VERSION', `expected version 1.0 of Orquesta, got ${describeValue(outlineOf(node))}`);
}

/** Tags have no effect, there nor here. */
function checkTags(field: Field | undefined): void {
  if (field === undefined) return;
  if (field.node.kind !== 'list') wrongType(field, 'a list of texts');
  for (const item of itemsOf(field)) readText(item, 'a text');
}

/** Names, or maps of a name and its default. */
function readInputs(field: Field | undefined, origins: Origins): WorkflowDefinition['input'] {
  if (field === undefined || isNull(field)) return {};
  if (field.node.kind !== 'list') {
    wrongType(field, 'a list of names, or of maps with a name and its default');
    return {};
  }
  const inputs: [name: string, declaration: InputDeclaration][] = [];
  const pairs: Pair[] = [];
  for (const item of itemsOf(field)) {
    const name = textOf(item.node);
    if (name !== undefined) {
      origins.note(['input', name], item);
      inputs.push([name, { required: false }]);
    } else if (isMapField(item) && item.node.entries.size === 1)
      pairs.push(...pairsOf(item).map((pair) => addInput(pair, inputs, origins)));
    else wrongType(item, 'a name, or a map with one name and its default');
  }
  distinctPairs(pairs);
  return Object.fromEntries(inputs);
}

function addInput(pair: Pair, inputs: [name: string, declaration: InputDeclaration][], origins: Origins): Pair {
  const { entry, value } = pair;
  origins.note(['input', entry.key], value, { entry });
  origins.note(['input', entry.key, 'default'], value, { entry });
  inputs.push([entry.key, isNull(value) ? { required: false } : { required: false, default: valueOf(value.node) }]);
  return pair;
}

function readValues(
  field: Field | undefined,
  what: string,
  { section, origins }: { readonly section: string; readonly origins: Origins },
): Readonly<Record<string, unknown>> {
  const pairs = distinctPairs(readPairs(field, what));
  for (const { entry, value } of pairs) origins.note([section, entry.key], value, { entry });
  return Object.fromEntries(pairs.map(({ entry, value }) => [entry.key, valueOf(value.node)]));
}

function readTasks(field: Field | undefined, origins: Origins): WorkflowDefinition['tasks'] {
  if (field === undefined) return {};
  origins.note(['tasks'], field);
  if (!isMapField(field)) {
    wrongType(field, 'a map of tasks by name');
    return {};
  }
  const tasks = membersOf(field).map(([entry, member]): [string, TaskDefinition] => {
    origins.note(['tasks', entry.key], member, { entry });
    return [entry.key, readOrquestaTask(entry.key, member, origins)];
  });
  return Object.fromEntries(tasks);
}
