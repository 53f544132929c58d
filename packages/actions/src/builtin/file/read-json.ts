import { resolve } from 'node:path';
import { ActionError, type Action } from '../../action.ts';
import { filePath, integer, optional } from '../../input/fields.ts';
import { readInput } from '../../input/read-input.ts';
import { bytesMaxDefault, readText } from './read-text.ts';

/** The value a JSON file holds. Fails with FILE_UNREADABLE, FILE_TOO_LARGE or FILE_NOT_JSON. */
export function createReadJson(baseDirectory: string | undefined): Action<unknown> {
  return async (input, { signal }) => {
    const read = readInput(input, { path: filePath, bytes_max: optional(integer(0), bytesMaxDefault) });
    const path = resolve(baseDirectory ?? '.', read.path);
    const pieces: string[] = [];
    for await (const piece of readText({ path, encoding: 'utf8', bytesMax: read.bytes_max }, signal))
      pieces.push(piece);
    return parse(pieces.join(''), path);
  };
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new ActionError(`expected ${path} to hold JSON: ${reason}`, {
      code: 'FILE_NOT_JSON',
      retryable: false,
      details: { path },
      cause: error,
    });
  }
}
