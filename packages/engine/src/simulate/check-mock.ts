import type { WorkflowDefinition } from '@weftline/graph';
import { expected, isMap, wrongKeys, type CaseIssue, type CaseMap } from './case-issue.ts';
import { MOCK_STATUSES } from './simulation-case.ts';

const keys = ['task', 'item', 'source', 'occurrence', 'status', 'result', 'echo', 'error'] as const;
const errorKeys = ['code', 'message', 'retryable', 'details'] as const;

/** What a key may hold. */
interface Kind {
  readonly is: (value: unknown) => boolean;
  readonly what: string;
}

const text: Kind = { is: (value) => typeof value === 'string', what: 'a text' };
const flag: Kind = { is: (value) => typeof value === 'boolean', what: 'true or false' };

const mockKinds: Readonly<Record<string, Kind>> = {
  task: { is: text.is, what: 'the name of a task' },
  item: { is: (value) => isCount(value, 0), what: 'the index of an item, from 0' },
  source: flag,
  occurrence: { is: (value) => isCount(value, 1), what: 'a whole number from 1' },
  status: { is: (value) => (MOCK_STATUSES as readonly unknown[]).includes(value), what: MOCK_STATUSES.join(', ') },
  echo: { is: text.is, what: 'the name of an input field' },
  error: { is: (value) => text.is(value) || isMap(value), what: 'a message, or a map with code and message' },
};

const errorKinds: Readonly<Record<string, Kind>> = { code: text, message: text, retryable: flag };

/** Everything that is wrong with one mock. */
export function checkMock(mock: unknown, path: string, definition: WorkflowDefinition): readonly CaseIssue[] {
  if (!isMap(mock)) return [expected('a mock, which is a map', mock, path)];
  const shape = [...wrongKeys(mock, keys, path), ...checkKinds(mock, mockKinds, path), ...checkError(mock.error, path)];
  if (mock.task === undefined) shape.push({ path, message: 'the key "task" is missing' });
  return shape.length > 0 ? shape : [...checkPlace(mock, path, definition), ...checkAnswer(mock, path)];
}

function checkError(error: unknown, path: string): readonly CaseIssue[] {
  if (!isMap(error)) return [];
  return [...wrongKeys(error, errorKeys, `${path}.error`), ...checkKinds(error, errorKinds, `${path}.error`)];
}

function checkKinds(map: CaseMap, kinds: Readonly<Record<string, Kind>>, path: string): readonly CaseIssue[] {
  return Object.entries(kinds).flatMap(([key, { is, what }]) => {
    const value = map[key];
    return value === undefined || is(value) ? [] : [expected(what, value, `${path}.${key}`)];
  });
}

/** Whether there is such a task, with items or a source of them where the mock is about that. */
function checkPlace(mock: CaseMap, path: string, { tasks }: WorkflowDefinition): readonly CaseIssue[] {
  const name = String(mock.task);
  const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (task === undefined) return [{ path: `${path}.task`, message: `there is no task ${JSON.stringify(name)}` }];
  if (mock.item !== undefined && task.with === undefined) {
    return [{ path: `${path}.item`, message: `task "${name}" has no items` }];
  }
  if (mock.source !== true) return [];
  if (mock.item !== undefined) return [{ path: `${path}.item`, message: 'a source has no items of its own' }];
  if (task.with?.from !== undefined) return [];
  return [{ path: `${path}.source`, message: `task "${name}" has no source of items` }];
}

/** Whether what it answers with goes together. */
function checkAnswer({ status, echo, error, result }: CaseMap, path: string): readonly CaseIssue[] {
  const fails = status === undefined ? error !== undefined : status !== 'succeeded';
  if (!fails && error !== undefined) return [{ path: `${path}.error`, message: 'what succeeds has no error' }];
  if (fails && echo !== undefined) return [{ path: `${path}.echo`, message: 'what fails echoes nothing' }];
  if (echo === undefined || result === undefined) return [];
  return [{ path: `${path}.echo`, message: '"echo" and "result" exclude each other' }];
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= least;
}
