import { resolve } from 'node:path';
import { ActionError } from '../../action.ts';
import { errorMessage } from '../../attempt-failure.ts';
import { filePath, integer, optional } from '../../input/fields.ts';
import { readInput } from '../../input/read-input.ts';
import { defineSource, type SourceAction } from '../../source.ts';
import { fileCursor } from './file-cursor.ts';
import { linePages } from './line-source.ts';
import { bytesMaxDefault } from './read-text.ts';

/**
 * The values of a file of JSON lines, one a line; blank lines are left out. Fails with FILE_UNREADABLE, FILE_TOO_LARGE (for a line
 * of more than `bytes_max` bytes) or JSONL_INVALID. As a source it goes on by the offset in the file.
 */
export function createReadJsonl(baseDirectory: string | undefined): SourceAction {
  return defineSource<unknown>((input, { signal, cursor }) => {
    const read = readInput(input, {
      path: filePath,
      limit: optional(integer(0), Infinity),
      bytes_max: optional(integer(0), bytesMaxDefault),
    });
    const path = resolve(baseDirectory ?? '.', read.path);
    const { limit, bytes_max: bytesMax } = read;
    const parse = (bytes: Buffer, line: number): unknown => parseLine(bytes, { path, line });
    return linePages({ path, limit, bytesMax, cursor: fileCursor(cursor), read: parse }, signal);
  });
}

function parseLine(bytes: Buffer, place: { readonly path: string; readonly line: number }): unknown {
  const text = bytes.toString('utf8');
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `expected JSON in line ${place.line} of ${place.path}: ${errorMessage(error)}`;
    throw new ActionError(message, { code: 'JSONL_INVALID', retryable: false, details: place });
  }
}
