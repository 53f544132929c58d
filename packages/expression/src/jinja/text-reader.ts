import { syntaxError } from '../errors.ts';
import type { Span } from '../token-cursor.ts';

/** What follows a literal text: an expression, or a tag. `start` is where its content begins. */
export interface MarkupStart {
  readonly kind: 'output' | 'tag';
  readonly start: number;
}

interface Piece {
  readonly literal: string;
  readonly markup: MarkupStart | undefined;
}

/**
 * Reads the literal text of a template, under the rules that Orquesta sets for blank space: a tag that stands alone at the beginning of a
 * line takes the blanks before it, and every tag takes the line break behind it; a `-` inside the delimiters takes all
 * blank space on its side, a `+` keeps it. Comments are left out like tags.
 */
export class TextReader {
  readonly #source: string;
  #position = 0;
  /** Whether the blank space at the beginning of the next text goes away. */
  #trimsNext = false;

  constructor(source: string) {
    this.#source = source;
  }

  /** The text up to the next expression or tag; without one, up to the end. */
  next(): Piece {
    let literal = '';
    for (;;) {
      const found = this.#find();
      if (found === undefined) {
        // A single line break at the very end is not part of the text.
        literal += this.#trimStart(this.#source.slice(this.#position).replace(/\r?\n$/u, ''));
        this.#position = this.#source.length;
        return { literal, markup: undefined };
      }
      literal += this.#before(found);
      const sign = this.#source[found + 2] ?? '';
      const signed = sign === '-' || (sign === '+' && this.#source[found + 1] !== '{');
      const start = found + (signed ? 3 : 2);
      const kind = this.#source[found + 1];
      if (kind !== '#') return { literal, markup: { kind: kind === '{' ? 'output' : 'tag', start } };
      this.#skipComment(found);
    }
  }

  /** Goes on behind an expression or a tag that was closed so. */
  continueAt(position: number, closing: string): void {
    this.#position = position;
    this.#trimsNext = closing.startsWith('-');
    const isTag = closing.endsWith('%}') || closing.endsWith('#}');
    if (isTag && !closing.startsWith('-') && !closing.startsWith('+')) this.#position += this.#lineBreak(position);
  }

  /** The text up to `{% endraw %}`, as it is. */
  raw(tag: Span): string {
    const end = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/gu;
    end.lastIndex = this.#position;
    const match = end.exec(this.#source);
    if (match === null) {
      const site = { source: this.#source, start: tag.start, end: tag.end };
      throw syntaxError(site, 'The block opened here is not closed: expected `{% endraw %}`.');
    }
    const text = this.#before(match.index);
    this.continueAt(match.index + match[0].length, `${match[2] ?? ''}%}`);
    return text;
  }

  #find(): number | undefined {
    const opening = /\{[{%#]/gu;
    opening.lastIndex = this.#position;
    return opening.exec(this.#source)?.index;
  }

  /** The text before markup that begins at `end`. */
  #before(end: number): string {
    const text = this.#trimStart(this.#source.slice(this.#position, end));
    const sign = this.#source[end + 2];
    if (sign === '-') return text.trimEnd();
    if (sign === '+' || this.#source[end + 1] === '{') return text;
    // Only what was not read before is looked at, so that reading takes time in proportion to the text.
    const unread = this.#source.slice(this.#position, end);
    const line = unread.slice(unread.lastIndexOf('\n') + 1);
    const isWhole = line.length < unread.length || this.#position === 0 || this.#source[this.#position - 1] === '\n';
    if (!isWhole || !/^[ \t]*$/u.test(line)) return text;
    return text.slice(0, Math.max(0, text.length - line.length));
  }

  #trimStart(text: string): string {
    const trimmed = this.#trimsNext ? text.trimStart() : text;
    this.#trimsNext = false;
    return trimmed;
  }

  #skipComment(start: number): void {
    const end = this.#source.indexOf('#}', start + 2);
    if (end === -1) {
      const site = { source: this.#source, start, end: start + 2 };
      throw syntaxError(site, 'The comment opened here is not closed: expected `#}`.');
    }
    const sign = this.#source[end - 1] ?? '';
    this.continueAt(end + 2, `${sign === '-' || sign === '+' ? sign : ''}#}`);
  }

  #lineBreak(position: number): number {
    return this.#source.startsWith('\n', position) ? 1 : this.#source.startsWith('\r\n', position) ? 2 : 0;
  }
}
