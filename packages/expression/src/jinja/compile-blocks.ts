import { Compiler } from '../compile.ts';
import type { CompiledExpression, Tongue } from '../compile.ts';
import { typeError } from '../errors.ts';
import { isList, isMap, isTruthy, typeOf } from '../json-value.ts';
import type { JsonList } from '../json-value.ts';
import type { Evaluate, Run } from '../run.ts';
import { parseBlocks } from './parse-blocks.ts';
import type { For, If, Name, Statement } from './statement.ts';

/** Compiles a template text with `{% %}` blocks; its value is always a text. */
export function compileBlocks(source: string, tongue: Tongue): CompiledExpression {
  const statements = parseBlocks(source);
  const compiler = new Compiler(source, tongue);
  const body = new BlockCompiler(compiler).body(statements);
  return compiler.finish(body);
}

type Write = (run: Run) => string;

/** Blocks become closures that write text, over the same compiled expressions as everything else. */
class BlockCompiler {
  readonly #compiler: Compiler;

  constructor(compiler: Compiler) {
    this.#compiler = compiler;
  }

  body(statements: readonly Statement[]): Write {
    const writers = statements.map((statement) => this.#statement(statement));
    return (run) => {
      let text = '';
      for (const write of writers) text += write(run);
      run.checkTextLength(text.length);
      return text;
    };
  }

  #statement(statement: Statement): Write {
    switch (statement.kind) {
      case 'text':
        return () => statement.text;
      case 'output': {
        const { textForm } = this.#compiler.idiom;
        const evaluate = this.#compiler.compile(statement.node);
        const site = this.#compiler.site(statement.node.at);
        return (run) => {
          const value = evaluate(run);
          run.site = site;
          return textForm(value, run);
        };
      }
      case 'if':
        return this.#if(statement);
      case 'for':
        return this.#for(statement);
      case 'set': {
        const evaluate = this.#compiler.compile(statement.value);
        const bind = this.#binding(statement.names);
        return (run) => {
          bind(evaluate(run), run);
          return '';
        };
      }
      case 'set-block': {
        const write = this.body(statement.body);
        const bind = this.#binding([statement.name]);
        return (run) => {
          bind(write(run), run);
          return '';
        };
      }
    }
  }

  #if({ branches, otherwise }: If): Write {
    const compiled = branches.map(({ condition, body }) => ({
      condition: this.#compiler.compile(condition),
      write: this.body(body),
    }));
    const writeElse = this.body(otherwise);
    return (run) => {
      for (const { condition, write } of compiled) if (isTruthy(condition(run))) return write(run);
      return writeElse(run);
    };
  }

  #for({ names, list, condition, body, otherwise }: For): Write {
    const { locals } = this.#compiler;
    const evaluate = this.#compiler.compile(list);
    const site = this.#compiler.site(list.at);
    const loop = locals.within(() => {
      const from = locals.count;
      const bind = this.#binding(names);
      const holds = condition === undefined ? undefined : this.#compiler.compile(condition);
      const loopSlot = locals.declare('loop');
      const write = this.body(body);
      return { bind, holds, loopSlot, write, from, to: locals.count };
    });
    const writeElse = this.body(otherwise);
    return (run) => {
      const value = evaluate(run);
      run.site = site;
      const iterated = iteratedBy(value, run);
      if (iterated === undefined) throw typeError(site, `\`for\` expects a list, got ${typeOf(value)}.`);
      const elements = filtered(iterated, loop, run);
      if (elements.length === 0) return writeElse(run);
      return eachElement(elements, loop, run);
    };
  }

  /** Several names take the members of a list. */
  #binding(names: readonly Name[]): (value: unknown, run: Run) => void {
    const { locals } = this.#compiler;
    const slots = names.map(({ name }) => locals.declare(name));
    const [only, second] = slots;
    if (only !== undefined && second === undefined) {
      return (value, run) => {
        run.locals[only] = value;
      };
    }
    const site = this.#compiler.site({ start: names[0]?.start ?? 0, end: names.at(-1)?.end ?? 0 });
    return (value, run) => {
      if (!isList(value) || value.length !== slots.length) {
        const got = isList(value) ? `a list of ${value.length}` : typeOf(value);
        throw typeError(site, `Expected a list of ${slots.length} for the names, got ${got}.`);
      }
      for (const [index, slot] of slots.entries()) run.locals[slot] = value[index];
    };
  }
}

/** What a round costs besides what it renders. */
const stepsPerRound = 10;

interface Loop {
  readonly bind: (value: unknown, run: Run) => void;
  readonly holds: Evaluate | undefined;
  readonly loopSlot: number;
  readonly write: Write;
  /** Names that are bound in here, which each round begins without. */
  readonly from: number;
  readonly to: number;
}

/** A list itself, the keys of a map, the characters of a text. */
function iteratedBy(value: unknown, run: Run): JsonList | undefined {
  if (isList(value)) return value;
  if (isMap(value)) return Object.keys(value);
  if (typeof value !== 'string') return undefined;
  run.charge(value.length);
  return Array.from(value);
}

function filtered(elements: JsonList, { bind, holds }: Loop, run: Run): JsonList {
  run.charge(elements.length);
  if (holds === undefined) return elements;
  return elements.filter((element) => {
    bind(element, run);
    return isTruthy(holds(run));
  });
}

function eachElement(elements: JsonList, { bind, loopSlot, write, from, to }: Loop, run: Run): string {
  let text = '';
  for (const [index, element] of elements.entries()) {
    run.charge(stepsPerRound + to - from);
    for (let slot = from; slot < to; slot += 1) run.locals[slot] = undefined;
    bind(element, run);
    run.locals[loopSlot] = loopAt(index, elements);
    text += write(run);
    run.checkTextLength(text.length);
  }
  return text;
}

/** What `loop` answers in a round. */
function loopAt(index: number, elements: JsonList): Readonly<Record<string, unknown>> {
  const { length } = elements;
  return {
    index: index + 1,
    index0: index,
    revindex: length - index,
    revindex0: length - index - 1,
    first: index === 0,
    last: index === length - 1,
    length,
    ...(index > 0 && { previtem: elements[index - 1] }),
    ...(index < length - 1 && { nextitem: elements[index + 1] }),
  };
}
