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

/** The words of one language. */
export interface Vocabulary {
  readonly wordOperators: ReadonlySet<string>;
  /** A spelling stands before those that it begins with. */
  readonly operators: readonly string[];
  /** Sticky. */
  readonly name: RegExp;
  /** Quotes between which backslashes are themselves. */
  readonly verbatim?: string;
}

const nativeVocabulary: Vocabulary = {
  wordOperators: new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else']),
  operators: [
    ...['**', '//', '==', '!=', '<=', '>=', '??', '?.', '||', '&&', '=>'],
    ...['+', '-', '*', '/', '%', '~', '<', '>', '!', '?', ':', '.', ',', '(', ')', '[', ']', '{', '}', '|', '='],
  ],
  name: /[\p{ID_Start}_]\p{ID_Continue}*/uy,
};

/** Where an expression begins, and what ends it: one of these spellings, or the end of the source where there is none. */
export interface Placement {
  readonly start: number;
  readonly closing: readonly string[];
}

const blank = /\s+/uy;
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
 * Cuts one expression into tokens; the last has kind `end`. Inside a template that is what closes the expression: a `}}` that stands
 * neither in a text nor where a map is still open. Otherwise it is the end of the source.
 */
export function tokenize(source: string, placement: Placement, vocabulary: Vocabulary = nativeVocabulary): Token[] {
  return new Lexer(source, placement, vocabulary).tokens();
}

class Lexer {
  readonly #source: string;
  readonly #start: number;
  readonly #closing: readonly string[];
  readonly #words: Vocabulary;
  readonly #open: string[] = [];
  readonly #tokens: Token[] = [];
  #at: number;

  constructor(source: string, { start, closing }: Placement, vocabulary: Vocabulary) {
    this.#source = source;
    this.#start = start;
    this.#closing = closing;
    this.#words = vocabulary;
    this.#at = start;
  }

  tokens(): Token[] {
    let end = this.#end();
    while (end === undefined) {
      if (this.#at - this.#start > limits.expressionLengthMax) throw this.#tooLong();
      this.#token();
      end = this.#end();
    }
    if (this.#at - this.#start > limits.expressionLengthMax) throw this.#tooLong();
    this.#add('end', { length: end.length });
    return this.#tokens;
  }

  /** What ends the expression, when it ends here. */
  #end(): string | undefined {
    this.#at += this.#length(blank);
    const closing = this.#closing.find((each) => this.#source.startsWith(each, this.#at));
    if (closing !== undefined && !(closing.endsWith('}}') && this.#open.at(-1) === '{')) return closing;
    if (this.#at < this.#source.length) return undefined;
    const [expected] = this.#closing;
    if (expected === undefined) return '';
    const opening = { source: this.#source, start: this.#start - 2, end: this.#start };
    throw syntaxError(opening, `The expression opened here is not closed: expected \`${expected}\`.`);
  }

  #token(): void {
    const first = this.#source[this.#at] ?? '';
    if (first === "'" || first === '"' || (first !== '' && first === this.#words.verbatim)) return this.#text(first);
    const digits = this.#length(number);
    if (digits > 0) return this.#number(digits);
    const letters = this.#length(this.#words.name);
    if (letters > 0) return this.#name(letters);
    const operator = this.#words.operators.find((candidate) => this.#source.startsWith(candidate, this.#at));
    if (operator === undefined) throw this.#unexpected(first);
    this.#track(operator);
    this.#add('operator', { length: operator.length, symbol: operator });
  }

  #name(length: number): void {
    const word = this.#source.slice(this.#at, this.#at + length);
    this.#add('name', { length, value: word, symbol: this.#words.wordOperators.has(word) ? word : '' });
  }

  #number(length: number): void {
    const spelling = this.#source.slice(this.#at, this.#at + length);
    const site = this.#site(length);
    if (/^0\d/u.test(spelling)) throw syntaxError(site, 'A number does not begin with zeros.');
    if (!Number.isFinite(Number(spelling))) throw syntaxError(site, 'The number is too large.');
    this.#add('number', { length, value: Number(spelling) });
    if (this.#length(this.#words.name) > 0) throw syntaxError(this.#site(1), 'Expected an operator after the number.');
  }

  #text(quote: string): void {
    let value = '';
    let at = this.#at + 1;
    for (;;) {
      const character = this.#source[at];
      if (character === undefined)
        throw syntaxError(this.#site(1), `The text opened here is not closed: expected \`${quote}\`.`);
      if (character === quote) break;
      const [meaning, length] =
        character === '\\' && quote !== this.#words.verbatim ? this.#escape(at) : [character, 1];
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
