import { isList, isMap, typeOf } from './json-value.ts';
import type { JsonList, JsonMap } from './json-value.ts';
import { pathOf } from './path.ts';
import type { Path } from './path.ts';
import { regexOf } from './regex.ts';
import type { Regex } from './regex.ts';

/** Why a value is no argument of some kind. */
export class Refusal {
  readonly expected: string;
  readonly got: string;

  constructor(expected: string, got: string) {
    this.expected = expected;
    this.got = got;
  }
}

/** What an argument must be; `read` gives what the function works with. */
export interface Kind<T> {
  readonly read: (value: unknown) => T | Refusal;
  /** Set when reading is work: a literal is then read once, when the expression is compiled. */
  readonly early?: true;
  /** Set when the argument names a function or a predicate, which takes all positional arguments that follow. */
  readonly applies?: 'functions' | 'predicates';
  /** Set when the argument is a function of so many values, made by the compiler. */
  readonly lambda?: number;
}

/** A function or predicate with all arguments but the first, ready for the elements of a list. */
export type Application = (element: unknown) => unknown;

/** A function of one or two values that an argument stands for. */
export type Lambda = (first: unknown, second?: unknown) => unknown;

/** How many arguments a parameter takes: `named` is optional and only by name, `rest` is all that are left. */
export type Presence = 'required' | 'optional' | 'named' | 'rest';

export interface Parameter<T = unknown, P extends Presence = Presence> {
  readonly name: string;
  readonly kind: Kind<T>;
  readonly presence: P;
}

export function required<T>(name: string, kind: Kind<T>): Parameter<T, 'required'> {
  return { name, kind, presence: 'required' };
}

export function optional<T>(name: string, kind: Kind<T>): Parameter<T, 'optional'> {
  return { name, kind, presence: 'optional' };
}

export function named<T>(name: string, kind: Kind<T>): Parameter<T, 'named'> {
  return { name, kind, presence: 'named' };
}

export function rest<T>(name: string, kind: Kind<T>): Parameter<T, 'rest'> {
  return { name, kind, presence: 'rest' };
}

function expecting(what: string, value: unknown): Refusal {
  return new Refusal(what, typeOf(value));
}

export const anything: Kind<unknown> = { read: (value) => value };

export const text: Kind<string> = {
  read: (value) => (typeof value === 'string' ? value : expecting('a string', value)),
};

export const nullableText: Kind<string | null> = {
  read: (value) => (typeof value === 'string' || value === null ? value : expecting('a string or null', value)),
};

export const number: Kind<number> = {
  read: (value) => (typeof value === 'number' ? value : expecting('a number', value)),
};

export const integer: Kind<number> = {
  read: (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) ? value : expecting('a whole number', value),
};

export const boolean: Kind<boolean> = {
  read: (value) => (typeof value === 'boolean' ? value : expecting('a boolean', value)),
};

export const list: Kind<JsonList> = {
  read: (value) => (isList(value) ? value : expecting('a list', value)),
};

export const map: Kind<JsonMap> = {
  read: (value) => (isMap(value) ? value : expecting('a map', value)),
};

export const listOrText: Kind<JsonList | string> = {
  read: (value) => (isList(value) || typeof value === 'string' ? value : expecting('a list or a string', value)),
};

export const container: Kind<JsonList | JsonMap | string> = {
  read: (value) =>
    isList(value) || isMap(value) || typeof value === 'string' ? value : expecting('a list, a map or a string', value),
};

export const regex: Kind<Regex> = {
  read: (value) => {
    if (typeof value !== 'string') return expecting('a regular expression', value);
    const compiled = regexOf(value);
    return typeof compiled === 'string'
      ? new Refusal('a regular expression', `one that is broken: ${compiled}`)
      : compiled;
  },
  early: true,
};

export const path: Kind<Path> = {
  read: (value) => {
    const spelled = typeof value === 'number' ? String(value) : value;
    if (typeof spelled !== 'string') return expecting("a path such as 'user.name'", value);
    return pathOf(spelled) ?? new Refusal("a path such as 'user.name'", 'one that is broken');
  },
  early: true,
};

/** The compiler makes the application out of a literal name, so there is never anything left to read. */
export const application: Kind<Application> = {
  read: (value) => (typeof value === 'function' ? (value as Application) : expecting('the name of a function', value)),
  applies: 'functions',
};

function lambdaOf(arity: number): Kind<Lambda> {
  const what = 'a function such as `x => x.name`';
  return { read: (value) => (typeof value === 'function' ? (value as Lambda) : expecting(what, value)), lambda: arity };
}

/** A function of one value, which the compiler makes of the argument. */
export const lambda: Kind<Lambda> = lambdaOf(1);

/** A function of two values. */
export const lambdaOfTwo: Kind<Lambda> = lambdaOf(2);

export const predicate: Kind<Application> = { ...application, applies: 'predicates' };
