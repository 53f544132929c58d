import { describeValue, quote } from '../../describe-value.ts';
import type { InputDeclaration, TaskDefinition, WorkflowDefinition } from '../../definition.ts';
import { createGraph } from '../../graph.ts';
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
import { readDeclaration } from '../../read/read-input.ts';
import { nameOfFile, type Root } from '../../read/read-native.ts';
import { readText } from '../../read/read-scalar.ts';
import { entryOf, outlineOf, textOf, valueOf, type MapNode } from '../../source/source-node.ts';
import type { Origins } from '../origins.ts';
import { readKeys } from '../read-keys.ts';
import { distinctPairs, pairsOf } from '../read-pairs.ts';
import { literal } from './literal.ts';
import { expandParallel, redirect } from './parallel.ts';
import { readAttuneTask, readInnerTask, readParallelTask } from './read-task.ts';
import { parameterKeys, workflowKeys } from './vocabulary.ts';

/** Reads a workflow of Attune. What is wrong is left out of the definition. */
export function readAttune(root: Root, origins: Origins): WorkflowDefinition {
  const fields = readKeys(root, workflowKeys);
  checkVersion(required(root, fields, 'version'));
  checkPolicy(fields.get('cancellation_policy'));
  readText(fields.get('label'));
  const output = fields.get('output_map');
  if (output !== undefined) origins.note(['output'], output);
  const input = readParameters(fields.get('parameters'), origins);
  const tasks = readTasks(required(root, fields, 'tasks'), { origins, hasParameters: Object.keys(input).length > 0 });
  const definition: WorkflowDefinition = {
    format: 1,
    language: 'attune',
    name: readText(fields.get('ref'), 'the name of the workflow') ?? nameOfFile(root.file),
    ...defined('description', readText(fields.get('description'))),
    input,
    vars: readVars(fields.get('vars'), origins),
    tasks,
    ...(output === undefined ? {} : { output: readOutput(output) }),
  };
  return joinFirstArrivals(definition);
}

function checkVersion(field: Field | undefined): void {
  if (field === undefined) return;
  const { node } = field;
  const isVersion = node.kind === 'scalar' && (typeof node.value === 'number' || typeof node.value === 'string');
  if (!isVersion) wrongType(field, 'the version of the workflow as text');
}

function checkPolicy(field: Field | undefined): void {
  const policy = readText(field, 'allow_finish');
  if (field === undefined || policy === undefined || policy === 'allow_finish') return;
  const message = `"cancellation_policy: ${policy}" is not supported: whoever cancels an execution says whether its attempts may finish`;
  report(field, 'UNSUPPORTED_KEY', message);
}

function readParameters(field: Field | undefined, origins: Origins): WorkflowDefinition['input'] {
  if (field === undefined || isNull(field)) return {};
  if (!isMapField(field)) {
    wrongType(field, 'a map of parameters');
    return {};
  }
  const parameters = membersOf(field).map(([entry, member]): [string, InputDeclaration] => {
    origins.note(['input', entry.key], member, { entry });
    return [entry.key, readParameter(member, ['input', entry.key, 'schema'], origins)];
  });
  return Object.fromEntries(parameters);
}

function readParameter(field: Field, path: readonly string[], origins: Origins): InputDeclaration {
  if (!isMapField(field)) {
    wrongType(field, 'a declaration such as { type: string, required: true }');
    return { required: false };
  }
  origins.note(path, field);
  readText(readKeys(field, parameterKeys).get('label'));
  const known = [...field.node.entries].filter(([key]) => key !== 'label' && parameterKeys.keys.includes(key));
  const node: MapNode = { ...field.node, entries: new Map(known) };
  return readDeclaration({ ...field, node });
}

/** Values as they are; what looks like an expression in them is text. */
function readVars(field: Field | undefined, origins: Origins): WorkflowDefinition['vars'] {
  if (field === undefined || isNull(field)) return {};
  if (!isMapField(field)) {
    wrongType(field, 'a map of variables');
    return {};
  }
  const pairs = pairsOf(field);
  for (const { entry, value } of pairs) origins.note(['vars', entry.key], value, { entry });
  return Object.fromEntries(distinctPairs(pairs).map(({ entry, value }) => [entry.key, literal(valueOf(value.node))]));
}

function readOutput(field: Field): unknown {
  return isMapField(field) ? valueOf(field.node) : (wrongType(field, 'a map of names and templates') ?? null);
}

interface Surroundings {
  readonly origins: Origins;
  readonly hasParameters: boolean;
}

function readTasks(field: Field | undefined, surroundings: Surroundings): WorkflowDefinition['tasks'] {
  if (field === undefined) return {};
  surroundings.origins.note(['tasks'], field);
  if (field.node.kind !== 'list') {
    wrongType(field, 'a list of tasks');
    return {};
  }
  const tasks = new TaskList(surroundings);
  for (const item of itemsOf(field)) tasks.read(item);
  return Object.fromEntries(tasks.finished().map((task) => [task.name, task]));
}

/** The tasks in the order written, those inside parallel ones beside them. */
class TaskList {
  readonly #surroundings: Surroundings;
  readonly #tasks = new Map<string, TaskDefinition>();
  /** By parallel task, the one with which it begins. */
  readonly #starts = new Map<string, string>();
  /** Tasks inside parallel ones; these lead to the end of theirs. */
  readonly #members = new Set<string>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  read(field: Field): void {
    const name = this.#nameOf(field);
    if (name === undefined) return;
    const type = entryOf(field.node, 'type')?.value;
    if (type !== undefined && textOf(type) === 'parallel') this.#readParallel(name, field);
    else this.#add(readAttuneTask(name, field, this.#surroundings));
  }

  /** With transitions to a parallel task leading to where it begins. */
  finished(): readonly TaskDefinition[] {
    return [...this.#tasks.values()].map((task) =>
      this.#members.has(task.name) ? task : redirect(task, this.#starts),
    );
  }

  #readParallel(name: string, field: Field): void {
    const { task, inner } = readParallelTask(name, field, this.#surroundings);
    const tasks = inner.flatMap((one) => {
      const innerName = this.#nameOf(one);
      return innerName === undefined ? [] : [readInnerTask(innerName, one, this.#surroundings)];
    });
    const { start, members, end } = expandParallel(task, tasks, (candidate) => this.#tasks.has(candidate));
    this.#starts.set(name, start.name);
    for (const member of members) this.#members.add(member.name);
    for (const one of [start, ...members, end]) this.#add(one);
  }

  #add(task: TaskDefinition): void {
    this.#tasks.set(task.name, task);
  }

  /** Undefined for what cannot be a task of its own. */
  #nameOf(field: Field): string | undefined {
    if (!isMapField(field)) return wrongType(field, 'a task, which is a map with "name"');
    const entry = entryOf(field.node, 'name');
    if (entry === undefined) {
      report(field, 'MISSING_KEY', 'expected the key "name"');
      return undefined;
    }
    const name = textOf(entry.value);
    const at: Field = { ...field, node: entry.value, path: [...field.path, 'name'] };
    if (name === undefined) return wrongType(at, `the name of a task, got ${describeValue(outlineOf(entry.value))}`);
    if (this.#tasks.has(name)) {
      report(at, 'DUPLICATE_TASK', `there is a task ${quote(name)} already`);
      return undefined;
    }
    const { start, end } = entry.value;
    this.#surroundings.origins.note(['tasks', name], field, { entry: { ...entry, keyRange: { start, end } } });
    return name;
  }
}

/** Without a join a task runs when the first of several arrives, and not again; but in a cycle each round is one more visit. */
function joinFirstArrivals(definition: WorkflowDefinition): WorkflowDefinition {
  const graph = createGraph(definition);
  const tasks = Object.values(definition.tasks).map((task): readonly [string, TaskDefinition] => {
    const meets = task.join === undefined && graph.inboundTasks(task.name).length > 1 && !graph.isInCycle(task.name);
    return [task.name, meets ? { ...task, join: 'any' } : task];
  });
  return { ...definition, tasks: Object.fromEntries(tasks) };
}
