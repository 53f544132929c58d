import type { Argument, CallNode, Node } from './ast.ts';
import { syntaxError } from './errors.ts';
import type { Token } from './lexer.ts';
import type { Span, TokenCursor } from './token-cursor.ts';

/** Names that begin with `__` are refused wherever they are read as a name, whatever the data holds. */
export function refuseReserved(cursor: TokenCursor, token: Token): void {
  if (!String(token.value).startsWith('__')) return;
  throw syntaxError(cursor.site(token), 'A name does not begin with `__`.');
}

/** Reads what follows an operand: members, indexes, slices, calls, filters and tests. */
export class PostfixReader {
  readonly #cursor: TokenCursor;
  /** Reads a whole expression. */
  readonly #read: () => Node;

  constructor(cursor: TokenCursor, read: () => Node) {
    this.#cursor = cursor;
    this.#read = read;
  }

  /** `object.key`, `object?.key` or `object?.[index]`. */
  member(object: Node): Node {
    const cursor = this.#cursor;
    const dot = cursor.next();
    const optional = dot.symbol === '?.';
    if (optional && cursor.peek().symbol === '[') return this.index(object, optional);
    const key = cursor.next();
    if (key.kind !== 'name') throw cursor.expected(`a name after \`${dot.symbol}\``, key);
    refuseReserved(cursor, key);
    const at = cursor.extent(object.at, key, [object]);
    return { kind: 'member', at, object, key: String(key.value), keyStart: key.start, optional };
  }

  /** `object[index]` or `object[from:to]`. */
  index(object: Node, optional = false): Node {
    const cursor = this.#cursor;
    const open = cursor.next();
    const from = cursor.peek().symbol === ':' ? undefined : cursor.nested(open, this.#read);
    if (!optional && cursor.take(':') !== undefined) return this.#slice(object, open, from);
    const close = cursor.expect(']', optional ? '`]`' : '`]` or `:`');
    if (from === undefined) throw cursor.expected('an index', close);
    return { kind: 'index', at: cursor.extent(object.at, close, [object, from]), object, index: from, optional };
  }

  #slice(object: Node, open: Token, from: Node | undefined): Node {
    const cursor = this.#cursor;
    const to = cursor.peek().symbol === ']' ? undefined : cursor.nested(open, this.#read);
    const close = cursor.expect(']');
    const inner = [object, from, to].filter((node) => node !== undefined);
    return { kind: 'slice', at: cursor.extent(object.at, close, inner), object, from, to };
  }

  /** `name(...)`; only a bare name can be called, because values have no methods. */
  call(callee: Node): Node {
    if (callee.kind === 'name') {
      const open = this.#cursor.next();
      const args = this.#arguments(open);
      return this.#callNode({ style: 'function', name: { ...callee.at, name: callee.name }, from: callee.at, args });
    }
    throw this.#notCallable(callee);
  }

  /** `value | name` or `value | name(...)`. */
  filter(value: Node): Node {
    const cursor = this.#cursor;
    cursor.next();
    const name = this.#functionName('the name of a filter after `|`');
    const args = this.#argumentsIfAny();
    this.#endOfFilter(value);
    return this.#callNode({ style: 'filter', name, from: value.at, args: [positional(value), ...args] });
  }

  /** `value is name`, `value is not name`, each with arguments where the test takes some. */
  test(value: Node): Node {
    const cursor = this.#cursor;
    cursor.next();
    const negated = cursor.take('not') !== undefined;
    const name = this.#functionName('the name of a test after `is`');
    const args = [positional(value), ...this.#argumentsIfAny()];
    const operand = this.#callNode({ style: 'test', name, from: value.at, args });
    if (!negated) return operand;
    return { kind: 'unary', at: cursor.extent(operand.at, operand.at, [operand]), operator: 'not', operand };
  }

  #functionName(what: string): Span & { name: string } {
    const token = this.#cursor.next();
    if (token.kind !== 'name') throw this.#cursor.expected(what, token);
    refuseReserved(this.#cursor, token);
    return { start: token.start, end: token.end, name: String(token.value) };
  }

  #argumentsIfAny(): Argument[] {
    return this.#cursor.peek().symbol === '(' ? this.#arguments(this.#cursor.next()) : [];
  }

  #arguments(open: Token): Argument[] {
    const cursor = this.#cursor;
    const args: Argument[] = [];
    while (cursor.peek().symbol !== ')') {
      args.push(cursor.nested(open, () => this.#argument(args.at(-1))));
      if (cursor.take(',') === undefined) break;
    }
    cursor.expect(')', '`,` or `)`');
    return args;
  }

  #argument(previous: Argument | undefined): Argument {
    const cursor = this.#cursor;
    const first = cursor.peek();
    if (first.kind === 'name' && cursor.peekAfter().symbol === '=') {
      cursor.next();
      cursor.next();
      const value = this.#read();
      return { name: String(first.value), value, start: first.start, end: value.at.end };
    }
    const argument = positional(this.#read());
    if (previous?.name === undefined) return argument;
    throw syntaxError(cursor.site(argument), 'An argument without a name stands before those with a name.');
  }

  #callNode(call: Pick<CallNode, 'style' | 'args'> & { name: Span & { name: string }; from: Span }): CallNode {
    const cursor = this.#cursor;
    const inner = call.args.map((argument) => argument.value);
    return {
      kind: 'call',
      at: cursor.extent(call.from, cursor.previous(), inner),
      style: call.style,
      name: call.name.name,
      nameStart: call.name.start,
      nameEnd: call.name.end,
      args: call.args,
    };
  }

  #notCallable(callee: Node): Error {
    const cursor = this.#cursor;
    if (callee.kind !== 'member') return syntaxError(cursor.site(cursor.peek()), 'Only a function can be called.');
    const site = cursor.site({ start: callee.keyStart, end: callee.at.end });
    const suggestion = `${cursor.text(callee.object.at)} | ${callee.key}`;
    return syntaxError(site, 'Values have no methods; functions follow `|`.', suggestion);
  }

  #endOfFilter(value: Node): void {
    const cursor = this.#cursor;
    const token = cursor.peek();
    if (!['.', '?.', '[', '('].includes(token.symbol)) return;
    const filtered = cursor.text({ start: value.at.start, end: cursor.previous().end });
    throw syntaxError(
      cursor.site(token),
      'A filter stands in brackets before something is read from it.',
      `(${filtered})`,
    );
  }
}

function positional(value: Node): Argument {
  return { name: undefined, value, start: value.at.start, end: value.at.end };
}
