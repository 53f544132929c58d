import type { Node } from './ast.ts';
import type { Language } from './dialect.ts';
import { limitError } from './errors.ts';
import { limits } from './limits.ts';
import { parse } from './parser.ts';
import type { Parsed } from './parser.ts';
import { parseYaql } from './yaql/yaql-parser.ts';

/** A piece of a template text: literal text, or an expression. */
export type TextPart = string | Node;

export interface TextParts {
  /** Literal pieces have their escapes undone; none is empty. */
  readonly parts: readonly TextPart[];
  /** Whether an escape was undone, so that the text is not what it looks like. */
  readonly escaped: boolean;
}

/** How expressions stand in a text. */
export interface Markup {
  readonly open: string;
  /** Whether a backslash before the opening makes it literal. */
  readonly escapes: boolean;
  readonly parse: (source: string, start: number) => Parsed;
}

export const nativeMarkup: Markup = {
  open: '{{',
  escapes: true,
  parse: (source, start) => parse(source, { start, closing: ['}}'] }),
};

/** As natively, but a backslash is a backslash, and a minus beside the braces is allowed (blanks are kept: that is for blocks). */
export const jinjaMarkup: Markup = {
  open: '{{',
  escapes: false,
  parse: (source, start) => {
    const behindSign = source[start] === '-' && source[start + 1] === ' ' ? start + 1 : start;
    return parse(source, { start: behindSign, closing: ['}}', '-}}'] }, 'jinja');
  },
};

export const yaqlMarkup: Markup = {
  open: '<%',
  escapes: false,
  parse: (source, start) => parseYaql(source, { start, closing: ['%>'] }),
};

/** Whether a text may hold an expression: it has `{{` somewhere, or in Orquesta's languages `<%` or `{%`. */
export function isExpressionText(text: string, language: Language = 'native'): boolean {
  return text.includes('{{') || (language === 'orquesta' && (text.includes('<%') || text.includes('{%')));
}

/**
 * Cuts a text at its expressions. Natively `\{{` is a literal `{{`; of more backslashes right before `{{` each pair is one backslash,
 * so that `\\{{ x }}` is a backslash and the value of x. Backslashes anywhere else are themselves.
 */
export function splitText(text: string, { open, escapes, parse: read }: Markup): TextParts {
  const parts: TextPart[] = [];
  let literal = '';
  let escaped = false;
  let position = 0;
  for (let at = text.indexOf(open); at !== -1; at = text.indexOf(open, position)) {
    checkLength(text);
    const count = escapes ? backslashesBefore(text, position, at) : 0;
    literal += text.slice(position, at - Math.ceil(count / 2));
    escaped ||= count > 0;
    position = at + open.length;
    if (count % 2 === 1) {
      literal += open;
      continue;
    }
    if (literal !== '') parts.push(literal);
    literal = '';
    const { node, end } = read(text, position);
    parts.push(node);
    position = end;
  }
  literal += text.slice(position);
  if (literal !== '') parts.push(literal);
  return { parts, escaped };
}

function backslashesBefore(text: string, from: number, to: number): number {
  let count = 0;
  while (to - count > from && text[to - count - 1] === '\\') count += 1;
  return count;
}

export function checkLength(text: string): void {
  if (text.length <= limits.templateLengthMax) return;
  const site = { source: text, start: 0, end: text.length };
  throw limitError(site, `A text that holds expressions has at most ${limits.templateLengthMax} characters.`);
}
