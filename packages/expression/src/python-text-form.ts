import { isList, isMap } from './json-value.ts';
import type { Run } from './run.ts';
import { measure } from './text-form.ts';

/**
 * What Orquesta writes into a text: `None`, `True`, `[1, 'a']`, `{'a': None}`. Numbers look as they do in JSON, because JSON does
 * not tell 1 from 1.0.
 */
export function pythonTextForm(value: unknown, run: Run): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return atom(value, run);
  measure(value, run);
  const text = written(value, run);
  run.checkTextLength(text.length);
  return text;
}

function written(value: unknown, run: Run): string {
  if (typeof value === 'string') return quoted(value);
  if (isList(value)) return `[${value.map((element) => written(element, run)).join(', ')}]`;
  if (!isMap(value)) return atom(value, run);
  const members = Object.keys(value).filter((key) => value[key] !== undefined);
  return `{${members.map((key) => `${quoted(key)}: ${written(value[key], run)}`).join(', ')}}`;
}

function atom(value: unknown, run: Run): string {
  switch (value) {
    case null:
      return 'None';
    case true:
      return 'True';
    case false:
      return 'False';
    default:
      measure(value, run);
      return String(value);
  }
}

/** In single quotes, unless the text holds those and no double ones. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replace(/\\/gu, '\\\\')
    .replace(/\n/gu, '\\n')
    .replace(/\r/gu, '\\r')
    .replace(/\t/gu, '\\t')
    .replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}
