import type { BinaryOperator, MapNode, Node } from './ast.ts';
import { syntaxError } from './errors.ts';
import type { ExpressionError } from './errors.ts';
import { tokenize } from './lexer.ts';
import type { Placement, Token } from './lexer.ts';
import { PostfixReader, refuseReserved } from './postfix-reader.ts';
import type { Grammar } from './postfix-reader.ts';
import { TokenCursor } from './token-cursor.ts';

/** How tightly operators bind; the higher binds first. */
const power = { branch: 1, coalesce: 2, or: 3, and: 4, not: 5, comparison: 6, exponent: 9, filter: 10, postfix: 11 };

const infixPower: ReadonlyMap<string, number> = new Map([
  ...['if', '?'].map((symbol) => [symbol, power.branch] as const),
  ['??', power.coalesce],
  ...['or', '||'].map((symbol) => [symbol, power.or] as const),
  ...['and', '&&'].map((symbol) => [symbol, power.and] as const),
  ...['==', '!=', '<', '<=', '>', '>=', 'in', 'not', 'is'].map((symbol) => [symbol, power.comparison] as const),
  ...['+', '-', '~'].map((symbol) => [symbol, 7] as const),
  ...['*', '/', '//', '%'].map((symbol) => [symbol, 8] as const),
  ['**', power.exponent],
  ['|', power.filter],
  ...['.', '?.', '[', '('].map((symbol) => [symbol, power.postfix] as const),
]);

const binaryOperators: ReadonlyMap<string, BinaryOperator> = new Map<string, BinaryOperator>([
  ['||', 'or'],
  ['&&', 'and'],
  ...(['??', 'or', 'and', '==', '!=', '<', '<=', '>', '>=', 'in'] as const).map((each) => [each, each] as const),
  ...(['+', '-', '~', '*', '/', '//', '%', '**'] as const).map((each) => [each, each] as const),
]);

const constants: ReadonlyMap<string, null | boolean> = new Map<string, null | boolean>([
  ...['true', 'True'].map((name) => [name, true] as const),
  ...['false', 'False'].map((name) => [name, false] as const),
  ...['null', 'none', 'None'].map((name) => [name, null] as const),
]);

export interface Parsed {
  readonly node: Node;
  /** The offset after the expression and what closes it. */
  readonly end: number;
  /** What closed it. */
  readonly closing: string;
}

/** Parses the expression that begins at `start`. */
export function parse(source: string, placement: Placement, grammar: Grammar = 'native'): Parsed {
  const cursor = new TokenCursor(source, tokenize(source, placement));
  return finish(cursor, readExpression(cursor, grammar));
}

/** Reads one expression among other tokens; an unconditional one ends before `if`. */
export function readExpression(cursor: TokenCursor, grammar: Grammar, extent?: 'unconditional'): Node {
  return new Parser(cursor, grammar).read(extent === 'unconditional' ? power.coalesce : power.branch);
}

/** What was parsed, once nothing is left. */
export function finish(cursor: TokenCursor, node: Node): Parsed {
  const last = cursor.peek();
  if (last.kind !== 'end') throw leftOver(cursor, last);
  return { node, end: last.end, closing: cursor.text(last) };
}

/**
 * A Pratt parser. Two invariants keep hostile input off the JavaScript stack:
 * 1. It recurses only through `cursor.nested`, which is bounded, and between two of those once per level of binding.
 * 2. `cursor.base` bounds the height of every node, so that whoever walks the tree may recurse over it.
 */
class Parser {
  readonly #cursor: TokenCursor;
  readonly #grammar: Grammar;
  readonly #postfix: PostfixReader;
  readonly #whole = (): Node => this.read(power.branch);

  constructor(cursor: TokenCursor, grammar: Grammar) {
    this.#cursor = cursor;
    this.#grammar = grammar;
    this.#postfix = new PostfixReader(cursor, this.#whole, grammar);
  }

  /** Reads as far as operators bind at least as tightly as `minimum`. */
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
        return this.#map(token);
      case 'not':
      case '!':
        return this.#not(token, Math.max(minimum, power.not));
      case '-':
        return this.#minus(token);
      default:
        throw this.#cursor.expected('an expression', token);
    }
  }

  #infix(left: Node, binding: number): Node {
    switch (this.#cursor.peek().symbol) {
      case 'if':
      case '?':
        return this.#branch(left);
      case 'is':
        return this.#endComparison(this.#postfix.test(left));
      case 'not':
        return this.#notIn(left);
      case '.':
      case '?.':
        return this.#postfix.member(left);
      case '[':
        return this.#postfix.index(left);
      case '(':
        return this.#postfix.call(left);
      case '|':
        return this.#postfix.filter(left);
      case '**':
        return this.#exponent(left);
      default:
        return this.#binary(left, binding);
    }
  }

  #name(token: Token): Node {
    const name = String(token.value);
    const at = this.#cursor.extent(token, token);
    const constant = constants.get(name);
    if (constant !== undefined) return { kind: 'literal', at, value: constant };
    refuseReserved(this.#cursor, token);
    return { kind: 'name', at, name, nameStart: token.start };
  }

  #group(open: Token): Node {
    const inner = this.#cursor.nested(open, this.#whole);
    if (this.#grammar === 'jinja' && this.#cursor.peek().symbol === ',') return this.#tuple(open, inner);
    const close = this.#cursor.expect(')');
    return { ...inner, at: { start: open.start, end: close.end, height: inner.at.height } };
  }

  /** `(a, b)` is a list. */
  #tuple(open: Token, first: Node): Node {
    const cursor = this.#cursor;
    const elements = [first];
    while (cursor.take(',') !== undefined && cursor.peek().symbol !== ')') {
      elements.push(cursor.nested(open, this.#whole));
    }
    const close = cursor.expect(')', '`,` or `)`');
    return { kind: 'list', at: cursor.extent(open, close, elements), elements };
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

  #map(open: Token): Node {
    const cursor = this.#cursor;
    const entries: MapNode['entries'][number][] = [];
    while (cursor.peek().symbol !== '}') {
      entries.push(cursor.nested(open, () => this.#entry()));
      if (cursor.take(',') === undefined) break;
    }
    const close = cursor.expect('}', '`,` or `}`');
    const inner = entries.flatMap(({ key, value }) => [key, value]);
    return { kind: 'map', at: cursor.extent(open, close, inner), entries };
  }

  #entry(): { key: Node; value: Node } {
    const cursor = this.#cursor;
    const first = cursor.peek();
    if (first.kind === 'name' && cursor.peekAfter().symbol === ':') {
      const word = cursor.text(first);
      const message = `A key is a text in quotes; for the value of \`${word}\` as the key write \`(${word}): …\`.`;
      throw syntaxError(cursor.site(first), message, `'${word}'`);
    }
    const key = this.read(power.coalesce);
    cursor.expect(':', '`:` after the key');
    return { key, value: this.read(power.branch) };
  }

  #not(token: Token, binding: number): Node {
    const operand = this.#cursor.nested(token, () => this.read(binding));
    return { kind: 'unary', at: this.#cursor.extent(token, operand.at, [operand]), operator: 'not', operand };
  }

  /** A sign belongs to the operand before its filters do (`-1 | abs` is 1), but after `**` (`-2 ** 2` is -4). */
  #minus(token: Token): Node {
    const cursor = this.#cursor;
    const signed = cursor.nested(token, () => this.read(power.postfix));
    const operand = cursor.peek().symbol === '**' ? this.#exponent(signed) : signed;
    return { kind: 'unary', at: cursor.extent(token, operand.at, [operand]), operator: '-', operand };
  }

  #exponent(left: Node): Node {
    const token = this.#cursor.next();
    const right = this.#cursor.nested(token, () => this.read(power.exponent));
    return { kind: 'binary', at: this.#cursor.extent(left.at, right.at, [left, right]), operator: '**', left, right };
  }

  #binary(left: Node, binding: number): Node {
    const cursor = this.#cursor;
    const token = cursor.next();
    const operator = binaryOperators.get(token.symbol);
    if (operator === undefined) throw cursor.expected('an operator', token);
    const right = this.read(binding + 1);
    const at = cursor.extent(left.at, right.at, [left, right]);
    const node: Node = { kind: 'binary', at, operator, left, right };
    return binding === power.comparison ? this.#endComparison(node) : node;
  }

  #notIn(left: Node): Node {
    const cursor = this.#cursor;
    cursor.next();
    cursor.expect('in', '`in` after `not`');
    const right = this.read(power.comparison + 1);
    const inner = cursor.extent(left.at, right.at, [left, right]);
    const operand: Node = { kind: 'binary', at: inner, operator: 'in', left, right };
    const at = cursor.extent(left.at, right.at, [operand]);
    return this.#endComparison({ kind: 'unary', at, operator: 'not', operand });
  }

  #endComparison(node: Node): Node {
    const token = this.#cursor.peek();
    if (infixPower.get(token.symbol) !== power.comparison) return node;
    throw syntaxError(this.#cursor.site(token), 'Comparisons do not chain: join them with `and`, or use brackets.');
  }

  /** `then if condition else otherwise`, or `condition ? then : otherwise`. */
  #branch(left: Node): Node {
    const cursor = this.#cursor;
    const token = cursor.next();
    const middle = cursor.nested(token, () => this.read(token.symbol === '?' ? power.branch : power.coalesce));
    cursor.expect(token.symbol === '?' ? ':' : 'else', token.symbol === '?' ? '`:`' : '`else` after `if`');
    const otherwise = cursor.nested(token, this.#whole);
    const [condition, then] = token.symbol === '?' ? [left, middle] : [middle, left];
    const at = cursor.extent(left.at, otherwise.at, [left, middle, otherwise]);
    return { kind: 'conditional', at, condition, then, otherwise };
  }
}

function leftOver(cursor: TokenCursor, token: Token): ExpressionError {
  if (token.symbol === '=') return cursor.expected('an operator', token, '==');
  if (token.symbol === '!') return cursor.expected('an operator', token, '!=');
  return cursor.expected('an operator or the end of the expression', token);
}
