import { report, type Field } from '../../read/field.ts';
import { quote } from '../../describe-value.ts';

/** `name=value` within a text. */
export interface InlineParameter {
  readonly name: string;
  readonly value: unknown;
  /** Where the value begins in the text; of one in quotes, behind the quote. */
  readonly start: number;
}

const separators = /[\s,;]*/y;
const nameAndSign = /([\w-]+)\s*=\s*/y;
const word = /[^\s,;]+/y;
const number = /^-?\d+(\.\d+)?$/;
const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['null', null],
  ['None', null],
]);

/** Reads `a=1 b="text" c=<% expression %>` from `start` on; what cannot be read is an issue. */
export function readInlineParameters(field: Field, text: string, start: number): readonly InlineParameter[] {
  const parameters: InlineParameter[] = [];
  let at = skip(separators, text, start);
  while (at < text.length) {
    nameAndSign.lastIndex = at;
    const match = nameAndSign.exec(text);
    if (match === null) {
      refuse(field, `expected name=value, got ${quote(text.slice(at))}`);
      return parameters;
    }
    const [, name = ''] = match;
    const read = readValue(text, nameAndSign.lastIndex);
    if (read === undefined) {
      const expected = 'a text in quotes, a number, true, false, null, a list in [ ] or an expression';
      refuse(field, `expected ${expected} for ${quote(name)}, got ${quote(text.slice(nameAndSign.lastIndex))}`);
      return parameters;
    }
    parameters.push({ name, value: read.value, start: read.start });
    at = skip(separators, text, read.end);
  }
  return parameters;
}

function refuse(field: Field, message: string): void {
  report(field, 'WRONG_VALUE', message);
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.exec(text);
  return pattern.lastIndex;
}

interface Read {
  readonly value: unknown;
  readonly start: number;
  readonly end: number;
}

function readValue(text: string, start: number): Read | undefined {
  const first = text[start];
  if (first === '"' || first === "'") {
    const end = closingQuote(text, start + 1, first);
    return end === undefined ? undefined : { value: text.slice(start + 1, end), start: start + 1, end: end + 1 };
  }
  const expressionEnd = endOfExpression(text, start);
  if (expressionEnd !== undefined) return { value: text.slice(start, expressionEnd), start, end: expressionEnd };
  if (first === '[') return readList(text, start);
  word.lastIndex = start;
  const [found = ''] = word.exec(text) ?? [];
  const end = start + found.length;
  if (number.test(found)) return { value: Number(found), start, end };
  return words.has(found) ? { value: words.get(found), start, end } : undefined;
}

/** Expressions inside the quotes may hold quotes of their own. */
function closingQuote(text: string, start: number, mark: string): number | undefined {
  for (let at = start; at < text.length; at += 1) {
    const end = endOfExpression(text, at);
    if (end !== undefined) at = end - 1;
    else if (text[at] === mark) return at;
  }
  return undefined;
}

function endOfExpression(text: string, at: number): number | undefined {
  const closing = text.startsWith('<%', at) ? '%>' : text.startsWith('{{', at) ? '}}' : undefined;
  if (closing === undefined) return undefined;
  const end = text.indexOf(closing, at + 2);
  return end === -1 ? undefined : end + closing.length;
}

function readList(text: string, start: number): Read | undefined {
  for (let end = text.indexOf(']', start); end !== -1; end = text.indexOf(']', end + 1)) {
    try {
      return { value: JSON.parse(text.slice(start, end + 1)) as unknown, start, end: end + 1 };
    } catch (error) {
      // A bracket inside a list or a text does not end it; the next one may.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}
