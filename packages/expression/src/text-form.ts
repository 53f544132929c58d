import { isJson, isMap, typeOf } from './json-value.ts';
import type { Run } from './run.ts';

/** What a value looks like inside text: null is empty, lists and maps are JSON. */
export function textForm(value: unknown, run: Run): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isFinite(value) ? String(value) : jsonText(value, run);
    default:
      return value === null ? '' : jsonText(value, run);
  }
}

export function jsonText(value: unknown, run: Run, indent = 0): string {
  measure(value, run, indent);
  // Text may grow by escapes; `measure` keeps it far from what a JavaScript text can hold.
  const text = JSON.stringify(value, undefined, indent);
  run.checkTextLength(text.length);
  return text;
}

/**
 * Walks a value before something recursive does, and refuses what is not JSON, too deep, too large or without end.
 * Members that are undefined count as absent, as they do in JSON.
 */
export function measure(value: unknown, run: Run, indent = 0): void {
  const pending: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }];
  let length = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    run.charge(1);
    length += indent * next.depth + ownLength(next.value, run);
    run.checkTextLength(length);
    if (typeof next.value !== 'object' || next.value === null) continue;
    run.checkDepth(next.depth);
    for (const member of Object.values(next.value)) {
      if (member !== undefined) pending.push({ value: member, depth: next.depth + 1 });
    }
  }
}

/** UTF-16 units of a text, or of the keys of a map. */
function ownLength(value: unknown, run: Run): number {
  if (typeof value === 'string') return value.length;
  if (!isJson(value)) {
    throw run.typeError(`Expected JSON, got ${typeof value === 'number' ? String(value) : typeOf(value)}.`);
  }
  return isMap(value) ? Object.keys(value).reduce((sum, key) => sum + key.length, 0) : 0;
}
