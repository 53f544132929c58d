import { createReadStream } from 'node:fs';
import { oneOf } from '../../input/fields.ts';
import type { Field } from '../../input/read-input.ts';
import { fileTooLarge, unreadable } from './file-error.ts';

const encodings = ['utf8', 'utf16le', 'latin1', 'ascii'] as const;
export type Encoding = (typeof encodings)[number];
export const encodingField: Field<Encoding> = oneOf(encodings);

/** What one step may hold in memory and in the journal unless the input says otherwise. */
export const bytesMaxDefault = 100_000_000;

export interface TextSource {
  readonly path: string;
  readonly encoding: Encoding;
  readonly bytesMax: number;
}

/** The text of a file piece by piece, without its byte order mark. Throws FILE_UNREADABLE or FILE_TOO_LARGE. */
export async function* readText(source: TextSource, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
  const stream = createReadStream(source.path, { encoding: source.encoding, signal });
  let isFirst = true;
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      if (stream.bytesRead > source.bytesMax) throw fileTooLarge(source.path, source.bytesMax);
      yield isFirst && chunk.startsWith('\uFEFF') ? chunk.slice(1) : chunk;
      isFirst = false;
    }
  } catch (error) {
    if (signal.aborted || !isSystemError(error)) throw error;
    throw unreadable(source.path, error);
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
