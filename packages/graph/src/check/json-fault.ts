import type { Path } from '../path.ts';

/** The first thing in a value that JSON cannot hold, or that is nested too deeply to be worked with. */
export interface JsonFault {
  readonly path: Path;
  readonly message: string;
}

interface Visit {
  readonly value: object;
  readonly path: Path;
  /** Set for the visit that closes an object after all of its members. */
  readonly leaving?: true;
}

/**
 * Looks for what JSON cannot hold: functions, dates, infinite numbers, objects with a class, cycles, the key `__proto__`.
 * Walks without recursion and looks at an object once, however often it is shared. Members that are undefined count as absent.
 */
export function findJsonFault(value: unknown, depthMax: number): JsonFault | undefined {
  const open = new Set<object>();
  const done = new Set<object>();
  const stack: Visit[] = [];
  const consider = (member: unknown, path: Path): JsonFault | undefined => {
    const message = faultOf(member);
    if (message !== undefined) return { path, message };
    if (typeof member !== 'object' || member === null || done.has(member)) return undefined;
    if (open.has(member)) return { path, message: 'the value contains itself' };
    if (path.length > depthMax) return { path, message: `lists and maps can be nested ${depthMax} levels deep` };
    stack.push({ value: member, path });
    return undefined;
  };
  let fault = consider(value, []);
  for (let visit = stack.pop(); visit !== undefined && fault === undefined; visit = stack.pop()) {
    if (visit.leaving === true) {
      open.delete(visit.value);
      done.add(visit.value);
      continue;
    }
    if (done.has(visit.value)) continue;
    open.add(visit.value);
    stack.push({ ...visit, leaving: true });
    for (const [key, member] of membersOf(visit.value)) fault ??= consider(member, [...visit.path, key]);
  }
  return fault;
}

function faultOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : `expected a JSON value, got the number ${value}`;
    case 'object':
      return value === null ? undefined : faultOfObject(value);
    default:
      return `expected a JSON value, got a ${typeof value}`;
  }
}

function faultOfObject(value: object): string | undefined {
  if (Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Plain objects of another realm have another Object.prototype, which in turn has no prototype.
  const isPlain = prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null);
  if (!isPlain) return 'expected a JSON value, got an object with a class of its own';
  return Object.hasOwn(value, '__proto__') ? 'the key "__proto__" is not allowed anywhere' : undefined;
}

function membersOf(value: object): Iterable<readonly [key: string | number, member: unknown]> {
  return Array.isArray(value) ? value.entries() : Object.entries(value);
}
