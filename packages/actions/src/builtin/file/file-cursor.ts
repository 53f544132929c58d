import { ActionError } from '../../action.ts';

/** Where reading a file goes on: behind so many bytes, items and lines. */
export interface FileCursor {
  readonly offset: number;
  readonly items: number;
  readonly lines: number;
}

const fileStart: FileCursor = { offset: 0, items: 0, lines: 0 };

/** The cursor that a source of this kind gave before. */
export function fileCursor(cursor: unknown): FileCursor {
  if (cursor === undefined) return fileStart;
  const { offset, items, lines } = cursor as Partial<FileCursor>;
  if ([offset, items, lines].every((each) => Number.isSafeInteger(each))) return cursor as FileCursor;
  throw new ActionError('expected the cursor of a file that was read before', {
    code: 'CURSOR_INVALID',
    retryable: false,
  });
}
