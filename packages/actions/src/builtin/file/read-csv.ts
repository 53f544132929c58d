import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { CsvError, parse, type Info } from 'csv-parse';
import { ActionError } from '../../action.ts';
import { filePath, flag, integer, listOf, optional, text } from '../../input/fields.ts';
import { readInput, type Field } from '../../input/read-input.ts';
import { defineSource, itemPage, type ItemPage, type SourceAction } from '../../source.ts';
import { pieces } from './byte-lines.ts';
import { fileCursor, type FileCursor } from './file-cursor.ts';

interface CsvOptions {
  readonly path: string;
  readonly delimiter: string;
  readonly limit: number;
  /** The names of the columns; undefined where records stay lists. */
  readonly columns: readonly string[] | 'first record' | undefined;
}

/** Where reading goes on, with the names that the first record gave. */
interface CsvCursor extends FileCursor {
  readonly columns?: readonly string[];
}

const pageItems = 100;

/**
 * The records of a CSV file (RFC 4180, UTF-8, quotes may hold line ends), as maps by the names in the first record. `columns` gives
 * the names instead; with `header: false` and without them records are lists. Values are texts. Fails with FILE_UNREADABLE or
 * CSV_INVALID. As a source it goes on by the offset in the file.
 */
export function createReadCsv(baseDirectory: string | undefined): SourceAction {
  return defineSource<unknown>((input, { signal, cursor }) => {
    const read = readInput(input, {
      path: filePath,
      header: optional(flag, true),
      columns: optional(listOf(text), undefined),
      delimiter: optional(character, ','),
      limit: optional(integer(0), Infinity),
    });
    const options: CsvOptions = {
      path: resolve(baseDirectory ?? '.', read.path),
      ...{ delimiter: read.delimiter, limit: read.limit },
      columns: read.columns ?? (read.header ? 'first record' : undefined),
    };
    return csvPages(options, { signal, cursor: cursor === undefined ? undefined : fileCursor(cursor) });
  });
}

const character: Field<string> = (value, path) => {
  const delimiter = text(value, path);
  if (delimiter.length === 1) return delimiter;
  throw new ActionError(`expected ${path} to be one character`, { code: 'INPUT_INVALID', retryable: false });
};

async function* csvPages(
  options: CsvOptions,
  { signal, cursor }: { readonly signal: AbortSignal; readonly cursor: CsvCursor | undefined },
): AsyncGenerator<ItemPage, void, undefined> {
  const { path, delimiter, limit } = options;
  const start = cursor?.offset ?? 0;
  let columns = cursor?.columns ?? (options.columns === 'first record' ? undefined : options.columns);
  let isHeader = options.columns === 'first record' && cursor === undefined;
  let items = cursor?.items ?? 0;
  let page: unknown[] = [];
  let place: FileCursor = cursor ?? { offset: 0, items: 0, lines: 0 };
  const parser = parse({ bom: start === 0, info: true, skip_empty_lines: true, delimiter });
  const stream = Readable.from(pieces(path, { start, signal }));
  stream.on('error', (error) => parser.destroy(error));
  try {
    for await (const { record, info } of stream.pipe(parser) as AsyncIterable<Parsed>) {
      if (isHeader) [columns, isHeader] = [record, false];
      else {
        if (items >= limit) break;
        page.push(columns === undefined ? record : byName(columns, record));
        items += 1;
      }
      place = { offset: start + info.bytes, items, lines: (cursor?.lines ?? 0) + info.lines };
      if (page.length < pageItems) continue;
      yield itemPage(page, columns === undefined ? place : { ...place, columns });
      page = [];
    }
  } catch (error) {
    throw csvFailure(error, path);
  } finally {
    stream.destroy();
    parser.destroy();
  }
  if (page.length > 0) yield itemPage(page, columns === undefined ? place : { ...place, columns });
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: Info;
}

function byName(columns: readonly string[], record: readonly string[]): Readonly<Record<string, string | null>> {
  return Object.fromEntries(columns.map((name, position) => [name, record[position] ?? null]));
}

function csvFailure(error: unknown, path: string): unknown {
  if (!(error instanceof CsvError)) return error;
  const message = `expected CSV in ${path}: ${error.message}`;
  return new ActionError(message, { code: 'CSV_INVALID', retryable: false, details: { path, reason: error.code } });
}
