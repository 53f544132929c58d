import type { Extent, Node } from './ast.ts';
import { limitError, syntaxError } from './errors.ts';
import type { ExpressionError, Site } from './errors.ts';
import type { Token } from './lexer.ts';
import { limits } from './limits.ts';

/** Anything with a range: a token, the extent of a node. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The tokens of one expression with a place in them; it also keeps the two bounds on what is built from them. */
export class TokenCursor {
  readonly source: string;
  readonly #tokens: readonly Token[];
  #position = 0;
  #nesting = 0;

  constructor(source: string, tokens: readonly Token[]) {
    this.source = source;
    this.#tokens = tokens;
  }

  /** The token to be read next; the last token, of kind `end`, is never passed. */
  peek(): Token {
    return this.#token(this.#position);
  }

  peekAfter(): Token {
    return this.#token(this.#position + 1);
  }

  /** The next tokens; the `end` token stands for those behind it. */
  ahead(count: number): Token[] {
    return Array.from({ length: count }, (_, index) => this.#token(this.#position + index));
  }

  previous(): Token {
    return this.#token(Math.max(0, this.#position - 1));
  }

  next(): Token {
    const token = this.peek();
    this.#position += 1;
    return token;
  }

  /** Passes the token when it is the symbol asked for. */
  take(symbol: string): Token | undefined {
    return this.peek().symbol === symbol ? this.next() : undefined;
  }

  expect(symbol: string, what = `\`${symbol}\``): Token {
    const token = this.take(symbol);
    if (token === undefined) throw this.expected(what, this.peek());
    return token;
  }

  /** Reads something that stands inside something else; the depth of that is bounded. */
  nested<T>(outer: Span, read: () => T): T {
    if (this.#nesting >= limits.nestingMax) {
      throw limitError(this.site(outer), `An expression nests at most ${limits.nestingMax} deep.`);
    }
    this.#nesting += 1;
    const result = read();
    this.#nesting -= 1;
    return result;
  }

  /** The range of a node from one thing to another, over the nodes that it holds. */
  extent(from: Span, to: Span, inner: readonly Node[] = []): Extent {
    let height = 1;
    for (const node of inner) if (node.at.height >= height) height = node.at.height + 1;
    if (height > limits.treeHeightMax) {
      const site = this.site({ start: from.start, end: to.end });
      throw limitError(site, `An expression chains at most ${limits.treeHeightMax} operators.`);
    }
    return { start: from.start, end: to.end, height };
  }

  site({ start, end }: Span): Site {
    return { source: this.source, start, end };
  }

  text({ start, end }: Span): string {
    return this.source.slice(start, end);
  }

  expected(what: string, token: Token, suggestion?: string): ExpressionError {
    const got = token.kind === 'end' ? 'the end of the expression' : `\`${this.text(token)}\``;
    return syntaxError(this.site(token), `Expected ${what}, got ${got}.`, suggestion);
  }

  #token(position: number): Token {
    const token = this.#tokens[Math.min(position, this.#tokens.length - 1)];
    if (token === undefined) throw new TypeError('A token list ends with its `end` token.');
    return token;
  }
}
