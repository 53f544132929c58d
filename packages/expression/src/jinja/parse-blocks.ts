import type { Node } from '../ast.ts';
import { limitError, syntaxError } from '../errors.ts';
import type { ExpressionError } from '../errors.ts';
import { tokenize } from '../lexer.ts';
import type { Token } from '../lexer.ts';
import { limits } from '../limits.ts';
import { nearestName } from '../nearest-name.ts';
import { parse, readExpression } from '../parser.ts';
import { TokenCursor } from '../token-cursor.ts';
import type { Span } from '../token-cursor.ts';
import { TextReader } from './text-reader.ts';
import type { Name, Statement } from './statement.ts';
import { unsupportedTags } from './unsupported-tags.ts';

/** Parses a whole template text in Jinja: text, `{{ }}`, `{# #}` and the tags `if`, `for`, `set` and `raw`. */
export function parseBlocks(source: string): readonly Statement[] {
  const parser = new BlockParser(source);
  return parser.all();
}

/** The tag at which a body ended. */
interface End {
  readonly tag: string;
  readonly cursor: TokenCursor;
}

const knownTags = ['if', 'elif', 'else', 'endif', 'for', 'endfor', 'set', 'endset', 'raw', 'endraw'];

class BlockParser {
  readonly #source: string;
  readonly #text: TextReader;
  #nesting = 0;

  constructor(source: string) {
    this.#source = source;
    this.#text = new TextReader(source);
  }

  all(): readonly Statement[] {
    const { statements, end } = this.#body([], undefined);
    if (end !== undefined) throw this.#misplaced(end);
    return statements;
  }

  /** Statements up to one of some tags, or up to the end of the text where no tag is open. */
  #body(ends: readonly string[], opened: Span | undefined): { statements: Statement[]; end: End | undefined } {
    const statements: Statement[] = [];
    for (;;) {
      const { literal, markup } = this.#text.next();
      if (literal !== '') statements.push({ kind: 'text', text: literal });
      if (markup === undefined) {
        if (opened === undefined) return { statements, end: undefined };
        throw syntaxError(
          this.#site(opened),
          `The block opened here is not closed: expected \`{% ${ends.at(-1) ?? ''} %}\`.`,
        );
      }
      if (markup.kind === 'output') {
        const { node, end, closing } = parse(this.#source, { start: markup.start, closing: ['}}', '-}}'] }, 'jinja');
        statements.push({ kind: 'output', node });
        this.#text.continueAt(end, closing);
        continue;
      }
      const cursor = this.#tag(markup.start);
      const tag = cursor.next();
      const name = String(tag.value);
      if (ends.includes(name)) return { statements, end: { tag: name, cursor } };
      statements.push(...this.#statement(tag, cursor));
    }
  }

  /** The tokens of one tag; text goes on behind it. */
  #tag(start: number): TokenCursor {
    const tokens = tokenize(this.#source, { start, closing: ['%}', '-%}', '+%}'] });
    const [first] = tokens;
    const end = tokens.at(-1);
    if (first === undefined || end === undefined) throw new TypeError('A token list ends with its `end` token.');
    this.#text.continueAt(end.end, this.#source.slice(end.start, end.end));
    if (first.kind !== 'name')
      throw syntaxError(this.#site(first), 'Expected the name of a tag, such as `if` or `for`.');
    return new TokenCursor(this.#source, tokens);
  }

  #statement(tag: Token, cursor: TokenCursor): readonly Statement[] {
    switch (tag.value) {
      case 'if':
        return [this.#nested(tag, () => this.#if(tag, cursor))];
      case 'for':
        return [this.#nested(tag, () => this.#for(tag, cursor))];
      case 'set':
        return [this.#nested(tag, () => this.#set(tag, cursor))];
      case 'raw':
        this.#finish(cursor);
        return [{ kind: 'text', text: this.#text.raw(tag) }];
      default:
        throw this.#unknown(tag);
    }
  }

  #if(tag: Token, opening: TokenCursor): Statement {
    const branches: { condition: Node; body: readonly Statement[] }[] = [];
    let cursor = opening;
    for (;;) {
      const condition = this.#expression(cursor);
      this.#finish(cursor);
      const { statements, end } = this.#body(['elif', 'else', 'endif'], tag);
      branches.push({ condition, body: statements });
      if (end === undefined) throw this.#unknown(tag);
      ({ cursor } = end);
      if (end.tag === 'elif') continue;
      return { kind: 'if', branches, otherwise: this.#otherwise(end, 'endif', tag) };
    }
  }

  #for(tag: Token, cursor: TokenCursor): Statement {
    const names = this.#names(cursor);
    cursor.expect('in', '`in` after the names');
    const list = this.#iterated(cursor);
    const condition = cursor.take('if') === undefined ? undefined : this.#expression(cursor);
    this.#finish(cursor);
    const { statements, end } = this.#body(['else', 'endfor'], tag);
    if (end === undefined) throw this.#unknown(tag);
    return { kind: 'for', names, list, condition, body: statements, otherwise: this.#otherwise(end, 'endfor', tag) };
  }

  /** The list of a `for`, which an `if` behind it does not belong to. */
  #iterated(cursor: TokenCursor): Node {
    return readExpression(cursor, 'jinja', 'unconditional');
  }

  #otherwise(end: End, last: string, tag: Token): readonly Statement[] {
    this.#finish(end.cursor);
    if (end.tag !== 'else') return [];
    const { statements, end: closing } = this.#body([last], tag);
    if (closing !== undefined) this.#finish(closing.cursor);
    return statements;
  }

  /** `{% set x = value %}`, or `{% set x %}…{% endset %}` for a text. */
  #set(tag: Token, cursor: TokenCursor): Statement {
    const names = this.#names(cursor);
    if (cursor.take('=') !== undefined) {
      const value = this.#expression(cursor);
      this.#finish(cursor);
      return { kind: 'set', names, value };
    }
    const [name, second] = names;
    if (name === undefined || second !== undefined) throw cursor.expected('`=`', cursor.peek());
    this.#finish(cursor);
    const { statements, end } = this.#body(['endset'], tag);
    if (end !== undefined) this.#finish(end.cursor);
    return { kind: 'set-block', name, body: statements };
  }

  #names(cursor: TokenCursor): Name[] {
    const names: Name[] = [];
    do {
      const token = cursor.next();
      if (token.kind !== 'name' || token.symbol !== '') throw cursor.expected('a name', token);
      const name = String(token.value);
      if (name.startsWith('__')) throw syntaxError(this.#site(token), 'A name does not begin with `__`.');
      if (names.some((each) => each.name === name)) throw syntaxError(this.#site(token), `\`${name}\` is bound twice.`);
      names.push({ name, start: token.start, end: token.end });
    } while (cursor.take(',') !== undefined);
    return names;
  }

  #expression(cursor: TokenCursor): Node {
    return readExpression(cursor, 'jinja');
  }

  #finish(cursor: TokenCursor): void {
    const token = cursor.peek();
    if (token.kind !== 'end') throw cursor.expected('the end of the tag', token);
  }

  #nested<T>(tag: Span, read: () => T): T {
    if (this.#nesting >= limits.nestingMax) {
      throw limitError(this.#site(tag), `Blocks nest at most ${limits.nestingMax} deep.`);
    }
    this.#nesting += 1;
    const result = read();
    this.#nesting -= 1;
    return result;
  }

  #unknown(tag: Token): ExpressionError {
    const name = String(tag.value);
    const instead = unsupportedTags.get(name);
    if (instead !== undefined) return syntaxError(this.#site(tag), `The tag \`${name}\` is not supported: ${instead}`);
    if (knownTags.includes(name)) return syntaxError(this.#site(tag), `There is no block that \`${name}\` belongs to.`);
    return syntaxError(this.#site(tag), `There is no tag \`${name}\`.`, nearestName(name, knownTags));
  }

  #misplaced({ tag, cursor }: End): ExpressionError {
    return syntaxError(this.#site(cursor.previous()), `There is no block that \`${tag}\` belongs to.`);
  }

  #site({ start, end }: Span): { source: string; start: number; end: number } {
    return { source: this.#source, start, end };
  }
}
