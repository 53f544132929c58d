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
  /** Levels of lists and maps below this one, as far as they are known. */
  height: number;
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
 * 2. `#heights` has an object once it was visited: its height when it was left, `open` while it is around the current one.
 */
class JsonWalk {
  readonly #depthMax: number;
  readonly #stack: Visit[] = [];
  readonly #heights = new Map<object, number | 'open'>();

  constructor(depthMax: number) {
    this.#depthMax = depthMax;
  }

  walk(value: object): JsonFault | undefined {
    this.#stack.push({ value, parent: undefined, key: '', depth: 1, height: 0 });
    for (let visit = this.#stack.at(-1); visit !== undefined; visit = this.#stack.at(-1)) {
      const known = this.#heights.get(visit.value);
      const message = known === undefined ? undefined : this.#leave(visit, known);
      if (message !== undefined) return { path: pathOf(visit), message };
      if (known !== undefined) continue;
      this.#heights.set(visit.value, 'open');
      const fault = this.#members(visit);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** Leaves an object after its members, or one that was pushed twice and visited in between. */
  #leave(visit: Visit, known: number | 'open'): string | undefined {
    this.#stack.pop();
    const height = known === 'open' ? visit.height : known;
    this.#heights.set(visit.value, height);
    return this.#raise(visit.parent, height + 1);
  }

  #raise(visit: Visit | undefined, height: number): string | undefined {
    if (visit === undefined) return undefined;
    visit.height = Math.max(visit.height, height);
    return visit.depth + visit.height > this.#depthMax ? this.#tooDeep() : undefined;
  }

  #tooDeep(): string {
    return `lists and maps can be nested ${this.#depthMax} levels deep`;
  }

  #members(visit: Visit): JsonFault | undefined {
    const { value } = visit;
    if (Array.isArray(value)) {
      for (let key = 0; key < value.length; key += 1) {
        const message = this.#member(value[key], key, visit);
        if (message !== undefined) return { path: [...pathOf(visit), key], message };
      }
      return undefined;
    }
    for (const key of Object.keys(value)) {
      const message = this.#member((value as Readonly<Record<string, unknown>>)[key], key, visit);
      if (message !== undefined) return { path: [...pathOf(visit), key], message };
    }
    return undefined;
  }

  #member(value: unknown, key: string | number, parent: Visit): string | undefined {
    const message = faultOf(value);
    if (message !== undefined || !isObject(value)) return message;
    const known = this.#heights.get(value);
    if (known === 'open') return 'the value contains itself';
    if (known !== undefined) return this.#raise(parent, known + 1);
    if (parent.depth >= this.#depthMax) return this.#tooDeep();
    this.#stack.push({ value, parent, key, depth: parent.depth + 1, height: 0 });
    return undefined;
  }
}

function pathOf(place: Visit): Path {
  const path: (string | number)[] = [];
  for (let visit = place; visit.parent !== undefined; visit = visit.parent) path.push(visit.key);
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
