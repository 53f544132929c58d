import type { CST } from 'yaml';

/** Levels of lists and maps in one document; everything after the parser may recurse this deep. */
export const nestingMax = 100;

interface Level {
  readonly token: CST.Token;
  readonly depth: number;
}

/** Offset of the first value nested more deeply than `nestingMax`; walks without recursion. */
export function findTooDeep(document: CST.Document): number | undefined {
  const stack: Level[] = document.value === undefined ? [] : [{ token: document.value, depth: 1 }];
  for (let level = stack.pop(); level !== undefined; level = stack.pop()) {
    const { token, depth } = level;
    if (!('items' in token)) continue;
    if (depth > nestingMax) return token.offset;
    for (const { key, value } of token.items) {
      if (key != null) stack.push({ token: key, depth: depth + 1 });
      if (value !== undefined) stack.push({ token: value, depth: depth + 1 });
    }
  }
  return undefined;
}
