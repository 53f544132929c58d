import { compileTemplateText } from './compile-text.ts';
import type { CompiledText } from './compile-text.ts';
import type { Dialect } from './dialect.ts';
import { limitError, typeError, withPath } from './errors.ts';
import type { Site, ValuePath } from './errors.ts';
import { isJson, isList, setMember, typeOf } from './json-value.ts';
import type { JsonList, JsonMap } from './json-value.ts';
import { limits } from './limits.ts';
import type { Reference } from './reference.ts';
import type { Evaluate, Run } from './run.ts';

/** Errors of a value as a whole, which has no text to point into. */
const nowhere: Site = { source: '', start: 0, end: 0 };

/** Compiles the strings inside a value. Parts without expressions stay what they are, and are handed out by reference. */
export function compileValue(value: unknown, dialect: Dialect): CompiledText {
  const compiler = new ValueCompiler(dialect);
  const evaluate = compiler.compile(value);
  return { site: nowhere, references: Object.freeze(compiler.references), evaluate };
}

class ValueCompiler {
  readonly references: Reference[] = [];
  readonly #dialect: Dialect;
  /** Where the walk is; copied only where it has to be kept. */
  readonly #path: (string | number)[] = [];
  #seen = 0;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** Undefined when nothing in the value is to be evaluated. */
  compile(value: unknown): Evaluate | undefined {
    this.#seen += 1;
    if (this.#seen > limits.templateValuesMax) {
      throw this.#limit(`A template has at most ${limits.templateValuesMax} values.`);
    }
    if (this.#path.length > limits.valueDepthMax)
      throw this.#limit(`A template is at most ${limits.valueDepthMax} levels deep.`);
    if (typeof value === 'string') return this.#text(value);
    if (isList(value)) return this.#list(value);
    if (typeof value === 'object' && value !== null && isPlain(value)) return this.#map(value as JsonMap);
    if (value === null || value === undefined || (typeof value !== 'object' && isJson(value))) return undefined;
    const got =
      typeof value === 'number' ? String(value) : typeof value === 'object' ? 'an object of a class' : typeOf(value);
    throw withPath(typeError(nowhere, `Expected JSON, got ${got}.`), [...this.#path]);
  }

  #text(text: string): Evaluate | undefined {
    const path = [...this.#path];
    const compiled = this.#compileText(text, path);
    const { evaluate } = compiled;
    if (evaluate === undefined || path.length === 0) {
      this.references.push(...compiled.references);
      return evaluate;
    }
    for (const reference of compiled.references) this.references.push({ ...reference, path });
    return (run) => {
      try {
        return evaluate(run);
      } catch (error) {
        throw withPath(error, path);
      }
    };
  }

  #compileText(text: string, path: ValuePath): CompiledText {
    try {
      return compileTemplateText(text, this.#dialect);
    } catch (error) {
      throw withPath(error, path);
    }
  }

  #list(list: JsonList): Evaluate | undefined {
    const elements = list.map((element, index) => this.#member(index, element));
    if (elements.every((element) => element === undefined)) return undefined;
    return (run) => elements.map((element, index) => (element === undefined ? list[index] : element(run)));
  }

  #map(map: JsonMap): Evaluate | undefined {
    const members = Object.keys(map).map((key): Member => ({
      key,
      evaluate: this.#member(key, map[key]),
      value: map[key],
    }));
    const keys = members.map(({ key }) => this.#key(key));
    if (keys.some((key) => key !== undefined)) return mapWithKeys(members, keys);
    if (members.every(({ evaluate }) => evaluate === undefined)) return undefined;
    return (run) => {
      const rendered: Record<string, unknown> = {};
      for (const { key, evaluate, value } of members)
        setMember(rendered, key, evaluate === undefined ? value : evaluate(run));
      return rendered;
    };
  }

  /** Keys are literal, except that Orquesta evaluates them. */
  #key(key: string): KeyOf | undefined {
    if (this.#dialect.language !== 'orquesta') return undefined;
    this.#path.push(key);
    const evaluate = this.#text(key);
    const path = [...this.#path];
    this.#path.pop();
    if (evaluate === undefined) return undefined;
    const site = { source: key, start: 0, end: key.length };
    return (run) => {
      const name = evaluate(run);
      if (typeof name === 'string') return name;
      throw withPath(typeError(site, `A key is a string, got ${typeOf(name)}.`), path);
    };
  }

  #member(key: string | number, value: unknown): Evaluate | undefined {
    this.#path.push(key);
    const evaluate = this.compile(value);
    this.#path.pop();
    return evaluate;
  }

  #limit(message: string): unknown {
    return withPath(limitError(nowhere, message), [...this.#path]);
  }
}

type KeyOf = (run: Run) => string;

interface Member {
  readonly key: string;
  readonly evaluate: Evaluate | undefined;
  readonly value: unknown;
}

/** Of keys that come out equal the last one wins. */
function mapWithKeys(members: readonly Member[], keys: readonly (KeyOf | undefined)[]): Evaluate {
  return (run) => {
    const rendered: Record<string, unknown> = {};
    members.forEach(({ key, evaluate, value }, index) => {
      const name = keys[index]?.(run) ?? key;
      setMember(rendered, name, evaluate === undefined ? value : evaluate(run));
    });
    return rendered;
  };
}

/** An object as JSON makes it, be it of another realm; anything else would lose what makes it more than its members. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
