import { resolve } from 'node:path';
import type { Action } from '../../action.ts';
import { filePath, flag, integer, optional } from '../../input/fields.ts';
import { readInput } from '../../input/read-input.ts';
import { bytesMaxDefault, encodingField, readText } from './read-text.ts';

/**
 * The lines of a file, without their ends (`\n` or `\r\n`); what follows the last end is a line unless it is empty.
 * Reads no further than `limit` needs. Fails with FILE_UNREADABLE or FILE_TOO_LARGE.
 */
export function createReadLines(baseDirectory: string | undefined): Action<unknown, readonly string[]> {
  return async (input, { signal }) => {
    const read = readInput(input, {
      path: filePath,
      encoding: optional(encodingField, 'utf8'),
      skip_empty: optional(flag, false),
      limit: optional(integer(0), Infinity),
      bytes_max: optional(integer(0), bytesMaxDefault),
    });
    const path = resolve(baseDirectory ?? '.', read.path);
    const chunks = readText({ path, encoding: read.encoding, bytesMax: read.bytes_max }, signal);
    return takeLines(chunks, { limit: read.limit, skipEmpty: read.skip_empty });
  };
}

interface LineOptions {
  readonly limit: number;
  readonly skipEmpty: boolean;
}

async function takeLines(chunks: AsyncIterable<string>, { limit, skipEmpty }: LineOptions): Promise<readonly string[]> {
  const taken: string[] = [];
  const splitter = new LineSplitter();
  /** Answers whether that was enough. */
  const take = (lines: readonly string[]): boolean => {
    for (const line of lines) {
      if (taken.length >= limit) return true;
      if (!skipEmpty || line !== '') taken.push(line);
    }
    return taken.length >= limit;
  };
  for await (const chunk of chunks) {
    if (take(splitter.split(chunk))) return taken;
  }
  take(splitter.rest());
  return taken;
}

/** Joins a line that spans several chunks once, when its end is there, so that one long line costs no more than many. */
class LineSplitter {
  #begun: string[] = [];

  split(chunk: string): readonly string[] {
    const [first = '', ...others] = chunk.split('\n');
    this.#begun.push(first);
    const last = others.pop();
    if (last === undefined) return [];
    const lines = [this.#begun.join(''), ...others];
    this.#begun = [last];
    return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  rest(): readonly string[] {
    const last = this.#begun.join('');
    return last === '' ? [] : [last];
  }
}
