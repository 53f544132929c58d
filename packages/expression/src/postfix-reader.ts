import type { Argument, CallNode, MemberNode, NameNode, Node } from './ast.ts';
import { syntaxError } from './errors.ts';
import type { Token } from './lexer.ts';
import type { Span, TokenCursor } from './token-cursor.ts';
import { workflowNode } from './workflow-call.ts';

/** Whose `{{ }}` is read. Jinja's has tuples, methods of values, and calls that ask Orquesta for the workflow's data. */
export type Grammar = 'native' | 'jinja';

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
  readonly #grammar: Grammar;

  constructor(cursor: TokenCursor, read: () => Node, grammar: Grammar) {
    this.#cursor = cursor;
    this.#read = read;
    this.#grammar = grammar;
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

  /** `name(...)`; natively only a bare name can be called, because values have no methods. */
  call(callee: Node): Node {
    if (callee.kind === 'name' && callee.nameEnd === undefined) return this.#functionCall(callee);
    if (this.#grammar === 'jinja' && callee.kind === 'member' && callee.keyEnd === undefined)
      return this.#methodCall(callee);
    throw this.#notCallable(callee);
  }

  #functionCall({ name, at }: NameNode): Node {
    const args = this.#arguments(this.#cursor.next());
    const call = this.#callNode({ style: 'function', name: { ...at, name }, from: at, args });
    if (this.#grammar !== 'jinja') return call;
    if (name === 'dict' && args.length > 0 && args.every((each) => each.name !== undefined)) {
      const [map] = this.#withMap(args);
      if (map !== undefined) return map.value;
    }
    return workflowNode({ name, args, at: call.at }, this.#cursor) ?? call;
  }

  #methodCall({ object, key, keyStart, at }: MemberNode): Node {
    const read = this.#arguments(this.#cursor.next());
    const args = [positional(object), ...(key === 'format' ? this.#withMap(read) : read)];
    const name = { start: keyStart, end: at.end, name: key };
    return this.#callNode({ style: 'method', name, from: object.at, args });
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

  /** Arguments by name become one map behind the others. */
  #withMap(args: readonly Argument[]): readonly Argument[] {
    const entries = args.flatMap(({ name, start, end, value }) =>
      name === undefined
        ? []
        : [{ key: { kind: 'literal' as const, at: { start, end, height: 1 }, value: name }, value }],
    );
    const [first] = entries;
    if (first === undefined) return args;
    const at = this.#cursor.extent(
      first.key.at,
      this.#cursor.previous(),
      args.map(({ value }) => value),
    );
    return [...args.filter(({ name }) => name === undefined), positional({ kind: 'map', at, entries })];
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
      const value = this.#lambda() ?? this.#read();
      return { name: String(first.value), value, start: first.start, end: value.at.end };
    }
    const argument = positional(this.#lambda() ?? this.#read());
    if (previous?.name === undefined) return argument;
    throw syntaxError(cursor.site(argument), 'An argument without a name stands before those with a name.');
  }

  /** `x => body` or `(x, y) => body`. */
  #lambda(): Node | undefined {
    const cursor = this.#cursor;
    const first = cursor.peek();
    const parameters = cursor.peekAfter().symbol === '=>' ? [cursor.next()] : this.#lambdaParameters();
    if (parameters === undefined) return undefined;
    for (const parameter of parameters) {
      if (parameter.kind !== 'name') throw cursor.expected('a name before `=>`', parameter);
      refuseReserved(cursor, parameter);
    }
    cursor.expect('=>');
    const body = this.#read();
    const at = cursor.extent(first, body.at, [body]);
    return { kind: 'lambda', at, parameters: parameters.map(({ value }) => String(value)), body };
  }

  /** The names in `(x, y) =>`; undefined where the bracket is one of an expression. */
  #lambdaParameters(): Token[] | undefined {
    const cursor = this.#cursor;
    const [open, x, comma, y, close, arrow] = cursor.ahead(6);
    if (open?.symbol !== '(' || comma?.symbol !== ',' || close?.symbol !== ')' || arrow?.symbol !== '=>')
      return undefined;
    if (x === undefined || y === undefined) return undefined;
    for (let passed = 0; passed < 5; passed += 1) cursor.next();
    return [x, y];
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
