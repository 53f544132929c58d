import type { RetryDefinition, TaskDefinition } from '../definition.ts';
import { DURATION_MS_MAX } from '../duration.ts';
import type { Path } from '../path.ts';
import type { Report } from './report.ts';

interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  readonly integer?: true;
  readonly expected: string;
}

const positiveCount: Bounds = {
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  integer: true,
  expected: 'an integer of at least 1',
};
const count: Bounds = {
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  integer: true,
  expected: 'an integer of at least 0',
};
const share: Bounds = { minimum: 0, maximum: 1, expected: 'a number from 0 to 1' };
const wait: Bounds = { minimum: 0, maximum: DURATION_MS_MAX, expected: 'a duration of at most a hundred years' };
const limit: Bounds = {
  minimum: 1,
  maximum: DURATION_MS_MAX,
  expected: 'a duration of at least 1ms and at most a hundred years',
};

/** Every number that is known before the workflow runs is one that it can run with. */
export function checkQuantities(task: TaskDefinition, report: Report): void {
  const path = ['tasks', task.name];
  const check = (value: unknown, field: Path, bounds: Bounds): void => {
    if (typeof value !== 'number' || isWithin(value, bounds)) return;
    report('OUT_OF_RANGE', { path: [...path, ...field] }, `expected ${bounds.expected}, got ${value}`);
  };
  check(task.timeoutMs, ['timeoutMs'], limit);
  check(task.heartbeatMs, ['heartbeatMs'], limit);
  check(task.delayMs, ['delayMs'], wait);
  check(task.join, ['join'], positiveCount);
  check(task.with?.concurrency, ['with', 'concurrency'], positiveCount);
  check(task.with?.batch?.size, ['with', 'batch', 'size'], positiveCount);
  check(task.with?.batch?.bytesMax, ['with', 'batch', 'bytesMax'], positiveCount);
  check(task.with?.batch?.waitMs, ['with', 'batch', 'waitMs'], wait);
  check(task.with?.rate?.limit, ['with', 'rate', 'limit'], positiveCount);
  check(task.with?.rate?.perMs, ['with', 'rate', 'perMs'], limit);
  check(task.with?.tolerate, ['with', 'tolerate'], count);
  if (task.retry !== undefined) checkRetry(task.retry, check);
}

function checkRetry(retry: RetryDefinition, check: (value: unknown, field: Path, bounds: Bounds) => void): void {
  check(retry.count, ['retry', 'count'], count);
  check(retry.delayMs, ['retry', 'delayMs'], wait);
  check(retry.maxDelayMs, ['retry', 'maxDelayMs'], wait);
  check(retry.jitter, ['retry', 'jitter'], share);
}

function isWithin(value: number, { minimum, maximum, integer }: Bounds): boolean {
  return value >= minimum && value <= maximum && (integer === undefined || Number.isInteger(value));
}
