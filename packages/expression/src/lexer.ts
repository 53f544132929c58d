import { syntaxError, limitError } from './errors.ts';
import { limits } from './limits.ts';

/** One word of the language. `symbol` is the spelling of operators and word operators, and empty for all else. */
export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'operator' | 'end';
  readonly symbol: string;
  /** The number, the text without quotes and escapes, or the name. */
  readonly value: string | number;
  readonly start: number;
  readonly end: number;
}

const wordOperators = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else']);
const operators = [
  ...['**', '//', '==', '!=', '<=', '>=', '??', '?.', '||', '&&'],
  ...['+', '-', '*', '/', '%', '~', '<', '>', '!', '?', ':', '.', ',', '(', ')', '[', ']', '{', '}', '|', '='],
];
const blank = /\s+/uy;
const name = /[\p{ID_Start}_]\p{ID_Continue}*/uy;
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/uy;

/** Only these follow a backslash specially, so that a pattern such as '\d+\b' may be written as it is. */
const escapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const unicodeEscape = /\\u(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{4}))/uy;

/**
 * Cuts one expression into tokens; the last has kind `end`. Inside a template that is the `}}` which closes the expression:
 * one that stands neither in a text nor where a map is still open. Otherwise it is the end of the source.
 */
export function tokenize(source: string, start: number, inTemplate: boolean): Token[] {
  return new Lexer(source, start, inTemplate).tokens();
}

class Lexer {
  readonly #source: string;
  readonly #start: number;
  readonly #inTemplate: boolean;
  readonly #open: string[] = [];
  readonly #tokens: Token[] = [];
  #at: number;

  constructor(source: string, start: number, inTemplate: boolean) {
    this.#source = source;
    this.#start = start;
    this.#inTemplate = inTemplate;
    this.#at = start;
  }

  tokens(): Token[] {
    while (!this.#atEnd()) {
      if (this.#at - this.#start > limits.expressionLengthMax) throw this.#tooLong();
      this.#token();
    }
    if (this.#at - this.#start > limits.expressionLengthMax) throw this.#tooLong();
    this.#add('end', { length: this.#inTemplate ? 2 : 0 });
    return this.#tokens;
  }

  #atEnd(): boolean {
    this.#at += this.#length(blank);
    if (this.#inTemplate && this.#open.at(-1) !== '{' && this.#source.startsWith('}}', this.#at)) return true;
    if (this.#at < this.#source.length) return false;
    if (!this.#inTemplate) return true;
    const opening = { source: this.#source, start: this.#start - 2, end: this.#start };
    throw syntaxError(opening, 'The expression opened here is not closed: expected `}}`.');
  }

  #token(): void {
    const first = this.#source[this.#at] ?? '';
    if (first === "'" || first === '"') return this.#text(first);
    const digits = this.#length(number);
    if (digits > 0) return this.#number(digits);
    const letters = this.#length(name);
    if (letters > 0) return this.#name(letters);
    const operator = operators.find((candidate) => this.#source.startsWith(candidate, this.#at));
    if (operator === undefined) throw this.#unexpected(first);
    this.#track(operator);
    this.#add('operator', { length: operator.length, symbol: operator });
  }

  #name(length: number): void {
    const word = this.#source.slice(this.#at, this.#at + length);
    this.#add('name', { length, value: word, symbol: wordOperators.has(word) ? word : '' });
  }

  #number(length: number): void {
    const spelling = this.#source.slice(this.#at, this.#at + length);
    const site = this.#site(length);
    if (/^0\d/u.test(spelling)) throw syntaxError(site, 'A number does not begin with zeros.');
    if (!Number.isFinite(Number(spelling))) throw syntaxError(site, 'The number is too large.');
    this.#add('number', { length, value: Number(spelling) });
    if (this.#length(name) > 0) throw syntaxError(this.#site(1), 'Expected an operator after the number.');
  }

  #text(quote: string): void {
    let value = '';
    let at = this.#at + 1;
    for (;;) {
      const character = this.#source[at];
      if (character === undefined)
        throw syntaxError(this.#site(1), `The text opened here is not closed: expected \`${quote}\`.`);
      if (character === quote) break;
      const [meaning, length] = character === '\\' ? this.#escape(at) : [character, 1];
      value += meaning;
      at += length;
    }
    this.#add('text', { length: at + 1 - this.#at, value });
  }

  /** The meaning of the escape at `at` and how many units it takes. */
  #escape(at: number): [meaning: string, length: number] {
    const meaning = escapes.get(this.#source[at + 1] ?? '');
    if (meaning !== undefined) return [meaning, 2];
    unicodeEscape.lastIndex = at;
    const unicode = unicodeEscape.exec(this.#source);
    if (unicode === null) return ['\\', 1];
    const point = Number.parseInt(unicode[1] ?? unicode[2] ?? '', 16);
    const length = unicode[0].length;
    if (point <= 0x10ffff) return [String.fromCodePoint(point), length];
    throw syntaxError({ source: this.#source, start: at, end: at + length }, 'There is no such Unicode character.');
  }

  #track(operator: string): void {
    if ('([{'.includes(operator)) this.#open.push(operator);
    else if (')]}'.includes(operator)) this.#open.pop();
  }

  #length(pattern: RegExp): number {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#source) ? pattern.lastIndex - this.#at : 0;
  }

  #add(
    kind: Token['kind'],
    { length, symbol = '', value = '' }: { length: number; symbol?: string; value?: string | number },
  ): void {
    this.#tokens.push({ kind, symbol, value, start: this.#at, end: this.#at + length });
    this.#at += length;
  }

  #site(length: number): { source: string; start: number; end: number } {
    return { source: this.#source, start: this.#at, end: this.#at + length };
  }

  #unexpected(first: string): Error {
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    const site = this.#site(character.length);
    const suggestion = first === '&' ? 'and' : undefined;
    return syntaxError(site, `\`${character}\` has no meaning in an expression.`, suggestion);
  }

  #tooLong(): Error {
    const site = { source: this.#source, start: this.#start, end: this.#at };
    return limitError(site, `An expression has at most ${limits.expressionLengthMax} characters.`);
  }
}
