import type { Node } from './ast.ts';
import { limitError } from './errors.ts';
import { limits } from './limits.ts';
import { parse } from './parser.ts';

/** A piece of a template text: literal text, or an expression. */
export type TextPart = string | Node;

export interface TextParts {
  /** Literal pieces have their escapes undone; none is empty. */
  readonly parts: readonly TextPart[];
  /** Whether an escape was undone, so that the text is not what it looks like. */
  readonly escaped: boolean;
}

/** Whether a text may hold an expression: it has `{{` somewhere. */
export function isExpressionText(text: string): boolean {
  return text.includes('{{');
}

/**
 * Cuts a text at its expressions. `\{{` is a literal `{{`; of more backslashes right before `{{` each pair is one backslash,
 * so that `\\{{ x }}` is a backslash and the value of x. Backslashes anywhere else are themselves.
 */
export function splitText(text: string): TextParts {
  const parts: TextPart[] = [];
  let literal = '';
  let escaped = false;
  let position = 0;
  for (let open = text.indexOf('{{'); open !== -1; open = text.indexOf('{{', position)) {
    checkLength(text);
    const count = backslashesBefore(text, position, open);
    literal += text.slice(position, open - Math.ceil(count / 2));
    escaped ||= count > 0;
    position = open + 2;
    if (count % 2 === 1) {
      literal += '{{';
      continue;
    }
    if (literal !== '') parts.push(literal);
    literal = '';
    const { node, end } = parse(text, { start: position, inTemplate: true });
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

function checkLength(text: string): void {
  if (text.length <= limits.templateLengthMax) return;
  const site = { source: text, start: 0, end: text.length };
  throw limitError(site, `A text that holds expressions has at most ${limits.templateLengthMax} characters.`);
}
