import { resolve } from 'node:path';
import type { Action } from '../../action.ts';
import { filePath, flag, integer, optional } from '../../input/fields.ts';
import { readInput } from '../../input/read-input.ts';
import type { Source, SourceAction } from '../../source.ts';
import { fileCursor } from './file-cursor.ts';
import { linePages } from './line-source.ts';
import { bytesMaxDefault, encodingField, readText } from './read-text.ts';

/**
 * The lines of a file, without their ends (`\n` or `\r\n`); what follows the last end is a line unless it is empty.
 * Reads no further than `limit` needs. Fails with FILE_UNREADABLE or FILE_TOO_LARGE. As a source it reads as it goes, `bytes_max`
 * bounds a single line, and it goes on by the offset in the file (not in UTF-16, where lines are counted).
 */
export function createReadLines(baseDirectory: string | undefined): SourceAction {
  const action: Action<unknown, readonly string[]> = async (input, { signal }) => {
    const { path, encoding, bytesMax, ...lines } = readLinesInput(input, baseDirectory);
    return takeLines(readText({ path, encoding, bytesMax }, signal), lines);
  };
  const source: Source<unknown> = (input, { signal, cursor }) => {
    const { path, encoding, bytesMax, limit, skipEmpty } = readLinesInput(input, baseDirectory);
    if (encoding === 'utf16le') {
      return eachLine(readText({ path, encoding, bytesMax: Infinity }, signal), { limit, skipEmpty });
    }
    const read = (bytes: Buffer): string | undefined =>
      skipEmpty && bytes.length === 0 ? undefined : bytes.toString(encoding);
    return linePages({ path, bytesMax, limit, cursor: fileCursor(cursor), read }, signal);
  };
  return Object.assign(action, { source });
}

interface ReadLinesInput extends LineOptions {
  readonly path: string;
  readonly encoding: Parameters<typeof readText>[0]['encoding'];
  readonly bytesMax: number;
}

function readLinesInput(input: unknown, baseDirectory: string | undefined): ReadLinesInput {
  const read = readInput(input, {
    path: filePath,
    encoding: optional(encodingField, 'utf8'),
    skip_empty: optional(flag, false),
    limit: optional(integer(0), Infinity),
    bytes_max: optional(integer(0), bytesMaxDefault),
  });
  const path = resolve(baseDirectory ?? '.', read.path);
  return { path, encoding: read.encoding, limit: read.limit, skipEmpty: read.skip_empty, bytesMax: read.bytes_max };
}

interface LineOptions {
  readonly limit: number;
  readonly skipEmpty: boolean;
}

async function takeLines(chunks: AsyncIterable<string>, options: LineOptions): Promise<readonly string[]> {
  const taken: string[] = [];
  for await (const line of eachLine(chunks, options)) taken.push(line);
  return taken;
}

async function* eachLine(
  chunks: AsyncIterable<string>,
  { limit, skipEmpty }: LineOptions,
): AsyncGenerator<string, void, undefined> {
  const splitter = new LineSplitter();
  let left = limit;
  const taken = function* (lines: readonly string[]): Generator<string, void, undefined> {
    for (const line of lines) {
      if (left <= 0) return;
      if (skipEmpty && line === '') continue;
      left -= 1;
      yield line;
    }
  };
  if (left <= 0) return;
  for await (const chunk of chunks) {
    yield* taken(splitter.split(chunk));
    if (left <= 0) return;
  }
  yield* taken(splitter.rest());
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
