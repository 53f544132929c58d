import { ActionError } from './action.ts';
import { describeValue, isPlainObject, quote } from './describe-value.ts';

/** Deeper values are refused, which also ends the walk over one that contains itself. */
const depthMax = 500;
const pathSegmentsMax = 8;

/** The name of the value, then the keys and positions that lead to the place. */
type Path = readonly (string | number)[];

/**
 * A value as a journal would give it back. Answers the value itself where it is JSON already, which one walk finds out;
 * undefined is null, and undefined members are left out as JSON does. Throws ActionError with code RESULT_NOT_JSON, naming
 * the place, for everything else that JSON would change or cannot hold: functions, symbols, BigInt, NaN, dates, maps,
 * instances of classes, and values that contain themselves. `name` is what messages call the value.
 */
export function jsonValue(value: unknown, name: string): unknown {
  if (value === undefined) return null;
  return isJson(value, depthMax) ? value : copyJson(value, [name], new Set());
}

function isJson(value: unknown, depthLeft: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      if (value === null) return true;
      if (depthLeft === 0) return false;
      return Array.isArray(value) ? isJsonList(value, depthLeft - 1) : isJsonMap(value, depthLeft - 1);
    default:
      return false;
  }
}

function isJsonList(list: readonly unknown[], depthLeft: number): boolean {
  for (let index = 0; index < list.length; index += 1) {
    if (!isJson(list[index], depthLeft)) return false;
  }
  return true;
}

function isJsonMap(map: object, depthLeft: number): boolean {
  if (!isPlainObject(map)) return false;
  for (const key of Object.keys(map)) {
    if (!isJson((map as Readonly<Record<string, unknown>>)[key], depthLeft)) return false;
  }
  return true;
}

/** The slow way, taken only where something has to be left out or refused. */
function copyJson(value: unknown, path: Path, above: Set<object>): unknown {
  if (typeof value !== 'object' || value === null) {
    if (isJson(value, 0)) return value;
    throw notJson(path, describeValue(value));
  }
  if (above.has(value)) throw notJson(path, 'a value that contains itself');
  if (path.length > depthMax) throw notJson(path, `a value nested more than ${depthMax} levels deep`);
  above.add(value);
  const copy = Array.isArray(value) ? copyList(value, path, above) : copyMap(value, path, above);
  above.delete(value);
  return copy;
}

function copyList(list: readonly unknown[], path: Path, above: Set<object>): unknown[] {
  return Array.from(list, (member, index) => (member === undefined ? null : copyJson(member, [...path, index], above)));
}

function copyMap(map: object, path: Path, above: Set<object>): unknown {
  if (!isPlainObject(map)) throw notJson(path, describeValue(map));
  const members = Object.entries(map).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, copyJson(member, [...path, key], above)]));
}

function notJson(path: Path, got: string): ActionError {
  const [name = '', ...segments] = path;
  const shown = segments.slice(0, pathSegmentsMax).map(segmentText).join('');
  const where = `${name}${shown}${segments.length > pathSegmentsMax ? '…' : ''}`;
  return new ActionError(`expected JSON, got ${got} at ${where}`, { code: 'RESULT_NOT_JSON', retryable: false });
}

function segmentText(segment: string | number): string {
  if (typeof segment === 'number') return `[${segment}]`;
  return /^[A-Za-z_]\w{0,40}$/.test(segment) ? `.${segment}` : `[${quote(segment)}]`;
}
