import { itemPage, type ItemPage } from '../../source.ts';
import { byteLines, withoutMark, type ByteLinesOptions } from './byte-lines.ts';
import type { FileCursor } from './file-cursor.ts';

/** Items of one page, so that little is read ahead of what is needed. */
const pageItems = 100;

export interface LineSourceOptions extends Omit<ByteLinesOptions, 'start'> {
  readonly cursor: FileCursor;
  readonly limit: number;
  /** What a line stands for; undefined for a line that is left out. `line` is its number, from 1. */
  readonly read: (bytes: Buffer, line: number) => unknown;
}

/** The lines of a file as pages of items, each with the cursor behind it. */
export async function* linePages(
  { cursor, limit, read, ...file }: LineSourceOptions,
  signal: AbortSignal,
): AsyncGenerator<ItemPage, void, undefined> {
  let { items, lines } = cursor;
  for await (const piece of byteLines({ ...file, start: cursor.offset }, signal)) {
    for (let from = 0; from < piece.length; from += pageItems) {
      const page: unknown[] = [];
      let offset = 0;
      for (const line of piece.slice(from, from + pageItems)) {
        if (items >= limit) break;
        lines += 1;
        offset = line.behind;
        const item = read((lines === 1 ? withoutMark(line) : line).bytes, lines);
        if (item === undefined) continue;
        page.push(item);
        items += 1;
      }
      if (page.length > 0) yield itemPage(page, { offset, items, lines } satisfies FileCursor);
      if (items >= limit) return;
    }
  }
}
