import type { Argument, CallNode, Extent, LetNode, Node } from '../ast.ts';
import { syntaxError } from '../errors.ts';
import type { Token } from '../lexer.ts';
import type { Span, TokenCursor } from '../token-cursor.ts';
import { workflowNode } from '../workflow-call.ts';
import { yieldingFunctions } from './yielding-functions.ts';

/** An argument as it stands in the brackets: `value`, or `key => value`. */
interface ReadArgument {
  readonly key: Node | undefined;
  readonly value: Node;
  readonly span: Span;
}

interface CallParts {
  readonly style: CallNode['style'];
  readonly token: Token;
  readonly args: readonly ReadArgument[];
  readonly at: Extent;
}

/** Reads what has brackets after a name: calls of functions and methods, and the forms that look like calls but are none. */
export class YaqlCallReader {
  readonly #cursor: TokenCursor;
  /** Reads a whole expression. */
  readonly #read: () => Node;

  constructor(cursor: TokenCursor, read: () => Node) {
    this.#cursor = cursor;
    this.#read = read;
  }

  /** `name(...)`, the name having been read. */
  functionCall(token: Token): Node {
    const name = String(token.value);
    const { args, close } = this.#arguments();
    const values = args.flatMap(({ key, value }) => (key === undefined ? [value] : [key, value]));
    const at = this.#cursor.extent(token, close, values);
    switch (name) {
      case 'switch':
        return this.#switch(args, at);
      case 'let':
      case 'with':
        return this.#bindings(name, args, at);
      case 'dict':
        return args.length > 0 && args.every(({ key }) => key === undefined)
          ? this.#call({ style: 'function', token, args, at })
          : this.#map(args, at);
      case 'list':
        return this.#listOf(args, token, at);
      default: {
        const call = this.#call({ style: 'function', token, args, at });
        return workflowNode({ name, args: call.args, at }, this.#cursor) ?? call;
      }
    }
  }

  /** `object.key`, `object.name(...)`, each also after `?.`. */
  member(object: Node): Node {
    const cursor = this.#cursor;
    const dot = cursor.next();
    const optional = dot.symbol === '?.';
    const key = cursor.next();
    const isName = key.kind === 'name' && !String(key.value).startsWith('$');
    if (!isName) throw cursor.expected(`a name after \`${dot.symbol}\``, key);
    if (String(key.value).startsWith('__')) {
      throw syntaxError(cursor.site(key), 'A name that begins with `__` is private.');
    }
    if (cursor.peek().symbol === '(') return this.#methodCall(object, key, optional);
    const at = cursor.extent(object.at, key, [object]);
    return { kind: 'member', at, object, key: String(key.value), keyStart: key.start, optional };
  }

  /** `{a => 1}`. */
  mapLiteral(open: Token): Node {
    const { args, close } = this.#argumentsUntil('}', open);
    const inner = args.flatMap(({ key, value }) => (key === undefined ? [value] : [key, value]));
    return this.#map(args, this.#cursor.extent(open, close, inner));
  }

  #methodCall(object: Node, token: Token, optional: boolean): Node {
    const { args, close } = this.#arguments();
    const receiver: ReadArgument = { key: undefined, value: object, span: object.at };
    const values = [object, ...args.flatMap(({ key, value }) => (key === undefined ? [value] : [key, value]))];
    const at = this.#cursor.extent(object.at, close, values);
    const call = this.#call({ style: 'method', token, args: [receiver, ...args], at });
    // A pattern and a text have methods of the same names, which take each other in the other order.
    const ofPattern = object.kind === 'call' && object.name === 'regex';
    return { ...call, ...(ofPattern && { name: `regex.${call.name}` }), ...(optional && { optional: true as const }) };
  }

  #call({ style, token, args: read, at }: CallParts): CallNode {
    const name = String(token.value);
    const args = name === 'format' ? this.#withMap(read, at) : read;
    return {
      kind: 'call',
      at,
      style,
      name,
      nameStart: token.start,
      nameEnd: token.end,
      args: args.map(({ key, value, span }): Argument => ({ name: this.#keyName(key), value, ...rangeOf(span) })),
    };
  }

  /** Arguments by name become one map behind the others. */
  #withMap(args: readonly ReadArgument[], at: Extent): readonly ReadArgument[] {
    const pairs = args.filter(({ key }) => key !== undefined);
    if (pairs.length === 0) return args;
    const map = this.#map(pairs, { ...at, height: Math.max(1, at.height - 1) });
    return [...args.filter(({ key }) => key === undefined), { key: undefined, value: map, span: at }];
  }

  /** The name before `=>`, where a call has arguments by name. */
  #keyName(key: Node | undefined): string | undefined {
    if (key === undefined) return undefined;
    if (key.kind === 'literal' && typeof key.value === 'string') return key.value;
    throw syntaxError(this.#cursor.site(key.at), 'The name of an argument is a word.');
  }

  /** `switch(a => x, b => y)`: null when no condition holds. */
  #switch(args: readonly ReadArgument[], at: Extent): Node {
    let otherwise: Node = { kind: 'literal', at: { ...at, height: 1 }, value: null };
    for (const { key, value, span } of args.toReversed()) {
      if (key === undefined) throw this.#pairExpected('switch', span);
      const inner = this.#cursor.extent(at, at, [key, value, otherwise]);
      otherwise = { kind: 'conditional', at: inner, condition: key, then: value, otherwise };
    }
    return otherwise;
  }

  /** `let(x => 1)` binds `$x`; `let(1, 2)` and `with(1, 2)` bind `$1`, which is also `$`, and `$2`. */
  #bindings(form: string, args: readonly ReadArgument[], at: Extent): LetNode {
    const cursor = this.#cursor;
    if (cursor.peek().symbol !== '->') {
      throw syntaxError(cursor.site(at), `\`${form}(…)\` binds names for what follows \`->\`.`);
    }
    const bindings = args.map(({ key, value }, index) => {
      const name = this.#keyName(key);
      if (name !== undefined) return { names: [`$${name}`], value };
      return { names: index === 0 ? ['$', '$1'] : [`$${index + 1}`], value };
    });
    return { kind: 'let', at, bindings, body: { kind: 'literal', at: { ...at, height: 1 }, value: null } };
  }

  #map(args: readonly ReadArgument[], at: Extent): Node {
    const entries = args.map(({ key, value, span }) => {
      if (key === undefined) throw this.#pairExpected('dict', span);
      return { key, value };
    });
    return { kind: 'map', at, entries };
  }

  /** `list(a, b)` is `[a, b]`, but takes in the elements of what a query yields. */
  #listOf(args: readonly ReadArgument[], token: Token, at: Extent): Node {
    const yields = ({ value }: ReadArgument): boolean => value.kind === 'call' && yieldingFunctions.has(value.name);
    if (!args.some(yields)) return { kind: 'list', at, elements: args.map(({ value }) => value) };
    const lists = args.map((argument): ReadArgument => {
      if (yields(argument)) return argument;
      const inner = this.#cursor.extent(argument.span, argument.span, [argument.value]);
      return { ...argument, value: { kind: 'list', at: inner, elements: [argument.value] } };
    });
    return { ...this.#call({ style: 'function', token, args: lists, at }), name: 'concat' };
  }

  #pairExpected(form: string, span: Span): Error {
    return syntaxError(this.#cursor.site(span), `\`${form}\` expects pairs such as \`key => value\`.`);
  }

  #arguments(): { args: ReadArgument[]; close: Token } {
    return this.#argumentsUntil(')', this.#cursor.expect('('));
  }

  #argumentsUntil(end: string, open: Token): { args: ReadArgument[]; close: Token } {
    const cursor = this.#cursor;
    const args: ReadArgument[] = [];
    while (cursor.peek().symbol !== end) {
      args.push(cursor.nested(open, () => this.#argument()));
      if (cursor.take(',') === undefined) break;
    }
    return { args, close: cursor.expect(end, `\`,\` or \`${end}\``) };
  }

  #argument(): ReadArgument {
    const first = this.#read();
    if (this.#cursor.take('=>') === undefined) return { key: undefined, value: first, span: first.at };
    const value = this.#read();
    return { key: first, value, span: { start: first.at.start, end: value.at.end } };
  }
}

function rangeOf({ start, end }: Span): Span {
  return { start, end };
}
