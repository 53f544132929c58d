import type { ConditionalNode, ListNode, MapNode, Node, UnaryNode } from './ast.ts';
import type { Compilation, Mode } from './compilation.ts';
import { compileBinary } from './compile-binary.ts';
import { compileCall } from './compile-call.ts';
import { compileIndex, compileMember, compileName, compileSlice } from './compile-path.ts';
import { compileLet, compileLocal } from './compile-local.ts';
import type { Dialect } from './dialect.ts';
import { syntaxError, typeError } from './errors.ts';
import type { Site } from './errors.ts';
import type { Idiom } from './idiom.ts';
import { isTruthy, setMember, typeOf } from './json-value.ts';
import { Locals } from './locals.ts';
import { identityOf, settleReferences } from './reference.ts';
import type { Reference } from './reference.ts';
import type { Evaluate } from './run.ts';
import type { Span } from './token-cursor.ts';

const quotedLengthMax = 60;

export interface CompiledExpression {
  readonly evaluate: Evaluate;
  readonly references: readonly Reference[];
}

/** In which language a text is written. */
export interface Tongue {
  readonly dialect: Dialect;
  readonly idiom: Idiom;
}

export function compileNode(source: string, node: Node, tongue: Tongue): CompiledExpression {
  const compiler = new Compiler(source, tongue);
  return compiler.finish(compiler.compile(node));
}

export class Compiler implements Compilation {
  readonly dialect: Dialect;
  readonly idiom: Idiom;
  readonly locals: Locals = new Locals();
  readonly #source: string;
  readonly #references: Reference[] = [];
  readonly #tested = new Set<string>();

  constructor(source: string, { dialect, idiom }: Tongue) {
    this.#source = source;
    this.dialect = dialect;
    this.idiom = idiom;
  }

  compile(node: Node, mode: Mode = 'strict'): Evaluate {
    switch (node.kind) {
      case 'literal':
        return () => node.value;
      case 'name':
        return compileName(this, node, mode);
      case 'local':
        return compileLocal(this, node, mode);
      case 'let':
        return compileLet(this, node, mode);
      case 'lambda':
        throw syntaxError(this.site(node.at), 'A function stands only where a function expects one.');
      case 'member':
        return compileMember(this, node, mode);
      case 'index':
        return compileIndex(this, node, mode);
      case 'slice':
        return compileSlice(this, node, mode);
      case 'call':
        return compileCall(this, node, mode);
      case 'conditional':
        return this.#conditional(node, mode);
      case 'binary':
        return compileBinary(this, node, mode);
      case 'unary':
        return this.#unary(node);
      case 'list':
        return this.#list(node);
      case 'map':
        return this.#map(node);
    }
  }

  compileTested(node: Node): Evaluate {
    const before = this.#references.length;
    const evaluate = this.compile(node, 'lenient');
    for (const reference of this.#references.slice(before)) {
      if (reference.guarded === true) this.#tested.add(identityOf(reference));
    }
    return evaluate;
  }

  record(reference: Reference, mode: Mode): void {
    this.#references.push(mode === 'lenient' ? { ...reference, guarded: true } : reference);
  }

  /** What was compiled, as something that stands on its own. */
  finish(evaluate: Evaluate): CompiledExpression {
    const references = settleReferences(this.#references, this.#tested);
    if (this.locals.count === 0) return { evaluate, references };
    const bindAndEvaluate: Evaluate = (run) => {
      run.locals = [];
      return evaluate(run);
    };
    return { evaluate: bindAndEvaluate, references };
  }

  site({ start, end }: Span): Site {
    return { source: this.#source, start, end };
  }

  text({ start, end }: Span): string {
    const text = this.#source.slice(start, end);
    return text.length > quotedLengthMax ? `${text.slice(0, quotedLengthMax)}…` : text;
  }

  #conditional({ condition, then, otherwise }: ConditionalNode, mode: Mode): Evaluate {
    const decide = this.compile(condition);
    const whenTrue = this.compile(then, mode);
    const whenFalse = this.compile(otherwise, mode);
    return (run) => (isTruthy(decide(run)) ? whenTrue(run) : whenFalse(run));
  }

  #unary(node: UnaryNode): Evaluate {
    const operand = this.compile(node.operand);
    if (node.operator === 'not') return (run) => !isTruthy(operand(run));
    const site = this.site(node.at);
    return (run) => {
      const value = operand(run);
      // Subtracting from 0 rather than negating keeps -0, which JSON does not tell from 0, out of the language.
      if (typeof value === 'number') return 0 - value;
      throw typeError(site, `\`-\` expects a number, got ${typeOf(value)}.`);
    };
  }

  #list(node: ListNode): Evaluate {
    const elements = node.elements.map((element) => this.compile(element));
    return (run) => elements.map((element) => element(run));
  }

  #map(node: MapNode): Evaluate {
    const members = node.entries.map(({ key, value }) => ({
      key: this.compile(key),
      keySite: this.site(key.at),
      value: this.compile(value),
    }));
    return (run) => {
      const map: Record<string, unknown> = {};
      for (const member of members) {
        const key = member.key(run);
        if (typeof key !== 'string') throw typeError(member.keySite, `A key is a string, got ${typeOf(key)}.`);
        setMember(map, key, member.value(run));
      }
      return map;
    };
  }
}
