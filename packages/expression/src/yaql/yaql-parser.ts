import type { BinaryOperator, LetNode, Node } from '../ast.ts';
import { syntaxError } from '../errors.ts';
import { tokenize } from '../lexer.ts';
import type { Placement, Token, Vocabulary } from '../lexer.ts';
import { finish } from '../parser.ts';
import type { Parsed } from '../parser.ts';
import { TokenCursor } from '../token-cursor.ts';
import type { Span } from '../token-cursor.ts';
import { YaqlCallReader } from './yaql-call-reader.ts';

const vocabulary: Vocabulary = {
  wordOperators: new Set(['and', 'or', 'not', 'in', 'mod']),
  operators: [
    ...['=>', '->', '=~', '!~', '!=', '<=', '>=', '?.'],
    ...['=', '<', '>', '+', '-', '*', '/', '.', ',', '(', ')', '[', ']', '{', '}'],
  ],
  name: /(?:[\p{ID_Start}_]\p{ID_Continue}*|\$\p{ID_Continue}*)/uy,
  verbatim: '`',
};

/** How tightly operators bind; the higher binds first. */
const power = { let: 1, or: 2, and: 3, not: 4, comparison: 5, match: 8, sign: 9, postfix: 10 };

const infixPower: ReadonlyMap<string, number> = new Map([
  ['->', power.let],
  ['or', power.or],
  ['and', power.and],
  ...['=', '!=', '<', '<=', '>', '>=', 'in'].map((symbol) => [symbol, power.comparison] as const),
  ...['+', '-'].map((symbol) => [symbol, 6] as const),
  ...['*', '/', 'mod'].map((symbol) => [symbol, 7] as const),
  ...['=~', '!~'].map((symbol) => [symbol, power.match] as const),
  ...['.', '?.', '[', '('].map((symbol) => [symbol, power.postfix] as const),
]);

const binaryOperators: ReadonlyMap<string, BinaryOperator> = new Map<string, BinaryOperator>([
  ['=', '=='],
  ['mod', '%'],
  ...(['or', 'and', '!=', '<', '<=', '>', '>=', 'in', '+', '-', '*'] as const).map((each) => [each, each] as const),
]);

const constants: ReadonlyMap<string, null | boolean> = new Map<string, null | boolean>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Parses the YAQL expression that begins at `start`, into the same tree as the native language. */
export function parseYaql(source: string, placement: Placement): Parsed {
  const cursor = new TokenCursor(source, tokenize(source, placement, vocabulary));
  const node = new YaqlParser(cursor).read(power.let);
  if (node.kind === 'literal' && cursor.previous().kind === 'name' && typeof node.value === 'string') {
    const message = `\`${node.value}\` alone is the text of that name; a variable is read by \`ctx()\`.`;
    throw syntaxError(cursor.site(node.at), message, `ctx(${node.value})`);
  }
  return finish(cursor, node);
}

/** A Pratt parser under the same two invariants as the native one: it recurses through `cursor.nested`, and every node has a bounded height. */
class YaqlParser {
  readonly #cursor: TokenCursor;
  readonly #calls: YaqlCallReader;
  readonly #whole = (): Node => this.read(power.let);

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor;
    this.#calls = new YaqlCallReader(cursor, this.#whole);
  }

  read(minimum: number): Node {
    let left = this.#prefix(minimum);
    for (;;) {
      const binding = infixPower.get(this.#cursor.peek().symbol);
      if (binding === undefined || binding < minimum) return left;
      left = this.#infix(left, binding);
    }
  }

  #prefix(minimum: number): Node {
    const token = this.#cursor.next();
    switch (token.symbol === '' ? token.kind : token.symbol) {
      case 'number':
      case 'text':
        return { kind: 'literal', at: this.#cursor.extent(token, token), value: token.value };
      case 'name':
        return this.#name(token);
      case '(':
        return this.#group(token);
      case '[':
        return this.#list(token);
      case '{':
        return this.#calls.mapLiteral(token);
      case 'not':
        return this.#not(token, Math.max(minimum, power.not));
      case '-':
      case '+':
        return this.#sign(token);
      default:
        throw this.#cursor.expected('an expression', token);
    }
  }

  #infix(left: Node, binding: number): Node {
    const cursor = this.#cursor;
    switch (cursor.peek().symbol) {
      case '->':
        return this.#let(left);
      case '.':
      case '?.':
        return this.#calls.member(left);
      case '[':
        return this.#index(left);
      case '(':
        throw syntaxError(cursor.site(cursor.peek()), 'Only a function can be called.');
      case '=~':
      case '!~':
        return this.#match(left);
      default:
        return this.#binary(left, binding);
    }
  }

  /** `$`, `$x`, a constant, a call, or a bare word, which is the text of that name. */
  #name(token: Token): Node {
    const cursor = this.#cursor;
    const name = String(token.value);
    const at = cursor.extent(token, token);
    if (name.startsWith('$')) return { kind: 'local', at, name };
    if (name.startsWith('__')) throw syntaxError(cursor.site(token), 'A name that begins with `__` is private.');
    if (cursor.peek().symbol === '(') return this.#calls.functionCall(token);
    const constant = constants.get(name);
    return { kind: 'literal', at, value: constant === undefined ? name : constant };
  }

  #group(open: Token): Node {
    const inner = this.#cursor.nested(open, this.#whole);
    const close = this.#cursor.expect(')');
    return { ...inner, at: { start: open.start, end: close.end, height: inner.at.height } };
  }

  #list(open: Token): Node {
    const cursor = this.#cursor;
    const elements: Node[] = [];
    while (cursor.peek().symbol !== ']') {
      elements.push(cursor.nested(open, this.#whole));
      if (cursor.take(',') === undefined) break;
    }
    const close = cursor.expect(']', '`,` or `]`');
    return { kind: 'list', at: cursor.extent(open, close, elements), elements };
  }

  #not(token: Token, binding: number): Node {
    const operand = this.#cursor.nested(token, () => this.read(binding));
    return { kind: 'unary', at: this.#cursor.extent(token, operand.at, [operand]), operator: 'not', operand };
  }

  #sign(token: Token): Node {
    const cursor = this.#cursor;
    const operand = cursor.nested(token, () => this.read(power.sign));
    if (token.symbol === '+') return operand;
    return { kind: 'unary', at: cursor.extent(token, operand.at, [operand]), operator: '-', operand };
  }

  #index(object: Node): Node {
    const cursor = this.#cursor;
    const open = cursor.next();
    const index = cursor.nested(open, this.#whole);
    const close = cursor.expect(']');
    return { kind: 'index', at: cursor.extent(object.at, close, [object, index]), object, index, optional: false };
  }

  #binary(left: Node, binding: number): Node {
    const cursor = this.#cursor;
    const token = cursor.next();
    const right = this.read(binding + 1);
    const at = cursor.extent(left.at, right.at, [left, right]);
    if (token.symbol === '/') {
      const operator = [left, right].some((side) => hasFraction(side, cursor)) ? '/' : 'div';
      return { kind: 'binary', at, operator, left, right };
    }
    const operator = binaryOperators.get(token.symbol);
    if (operator === undefined) throw cursor.expected('an operator', token);
    return { kind: 'binary', at, operator, left, right };
  }

  /** `text =~ pattern` holds where the pattern matches anywhere. */
  #match(left: Node): Node {
    const cursor = this.#cursor;
    const token = cursor.next();
    const right = this.read(power.match + 1);
    const at = cursor.extent(left.at, right.at, [left, right]);
    const args = [left, right].map((value) => ({ name: undefined, value, start: value.at.start, end: value.at.end }));
    const { start: nameStart, end: nameEnd } = token;
    const operand: Node = { kind: 'call', at, style: 'test', name: 'search', nameStart, nameEnd, args };
    return token.symbol === '=~' ? operand : { kind: 'unary', at, operator: 'not', operand };
  }

  /** `let(...) -> body`; the left side was read as a let without a body. */
  #let(left: Node): Node {
    const cursor = this.#cursor;
    const arrow = cursor.next();
    if (left.kind !== 'let') {
      throw syntaxError(cursor.site(arrow), '`->` follows `let(name => value)` or `with(value)`.');
    }
    const body = cursor.nested(arrow, this.#whole);
    const values = left.bindings.map(({ value }) => value);
    const node: LetNode = {
      kind: 'let',
      at: cursor.extent(left.at, body.at, [...values, body]),
      bindings: left.bindings,
      body,
    };
    return node;
  }
}

/** Whether a number is written with a fraction, so that division by it, or of it, has one. */
function hasFraction(node: Node, cursor: TokenCursor): boolean {
  const spelled = ({ start, end }: Span): string => cursor.text({ start, end });
  if (node.kind === 'literal') return typeof node.value === 'number' && /[.e]/iu.test(spelled(node.at));
  if (node.kind === 'call') return node.name === 'float';
  if (node.kind === 'unary') return hasFraction(node.operand, cursor);
  return node.kind === 'binary' && (hasFraction(node.left, cursor) || hasFraction(node.right, cursor));
}
