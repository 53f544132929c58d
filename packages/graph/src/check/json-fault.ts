import type { Path } from '../path.ts';

/** The first thing in a value that JSON cannot hold, or that is nested too deeply to be worked with. */
export interface JsonFault {
  readonly path: Path;
  readonly message: string;
}

/** An object on the way; paths are made from these only when there is a fault to name. */
interface Visit {
  readonly value: object;
  readonly parent: Visit | undefined;
  readonly key: string | number;
  readonly depth: number;
}

/**
 * Looks for what JSON cannot hold: functions, dates, infinite numbers, objects with a class, cycles, the key `__proto__`.
 * Walks without recursion and looks at an object once, however often it is shared. Members that are undefined count as absent.
 */
export function findJsonFault(value: unknown, depthMax: number): JsonFault | undefined {
  const message = faultOf(value);
  if (message !== undefined) return { path: [], message };
  return isObject(value) ? new JsonWalk(depthMax).walk(value) : undefined;
}

/**
 * A walk through a value, depth first.
 * 1. `#stack` holds what is still to be visited, and each object again below its members, to be left after them.
 * 2. `#states` tells for each object that was visited whether it is still open, that is around the current one.
 */
class JsonWalk {
  readonly #depthMax: number;
  readonly #stack: Visit[] = [];
  readonly #states = new Map<object, 'open' | 'done'>();

  constructor(depthMax: number) {
    this.#depthMax = depthMax;
  }

  walk(value: object): JsonFault | undefined {
    this.#stack.push({ value, parent: undefined, key: '', depth: 1 });
    for (let visit = this.#stack.at(-1); visit !== undefined; visit = this.#stack.at(-1)) {
      if (this.#states.has(visit.value)) {
        this.#states.set(visit.value, 'done');
        this.#stack.pop();
        continue;
      }
      this.#states.set(visit.value, 'open');
      const fault = this.#members(visit);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #members(visit: Visit): JsonFault | undefined {
    const { value, depth } = visit;
    if (Array.isArray(value)) {
      for (let key = 0; key < value.length; key += 1) {
        const message = this.#member(value[key], { parent: visit, key, depth: depth + 1 });
        if (message !== undefined) return { path: pathOf(visit, key), message };
      }
      return undefined;
    }
    for (const key of Object.keys(value)) {
      const message = this.#member((value as Readonly<Record<string, unknown>>)[key], {
        parent: visit,
        key,
        depth: depth + 1,
      });
      if (message !== undefined) return { path: pathOf(visit, key), message };
    }
    return undefined;
  }

  #member(value: unknown, place: Omit<Visit, 'value'>): string | undefined {
    const message = faultOf(value);
    if (message !== undefined || !isObject(value)) return message;
    const state = this.#states.get(value);
    if (state === 'open') return 'the value contains itself';
    if (state === 'done') return undefined;
    if (place.depth > this.#depthMax) return `lists and maps can be nested ${this.#depthMax} levels deep`;
    this.#stack.push({ value, ...place });
    return undefined;
  }
}

function pathOf(parent: Visit, key: string | number): Path {
  const path = [key];
  for (let visit = parent; visit.parent !== undefined; visit = visit.parent) path.push(visit.key);
  return path.reverse();
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
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
