import { StoreError } from './errors.ts';

/** The place of an execution in the order of `Store.list`. */
export interface ListPosition {
  readonly createdAtMs: number;
  /** Grows with every execution that is registered. */
  readonly ordinal: number;
}

/** Turns the last execution of a page into its cursor; for authors of stores. */
export function formatListCursor(position: ListPosition): string {
  return `${position.createdAtMs}.${position.ordinal}`;
}

/** Throws STORE_INVALID_ARGUMENT for what `formatListCursor` did not make; for authors of stores. */
export function parseListCursor(cursor: string): ListPosition {
  const [, createdAt, ordinal] = /^(-?\d{1,16})\.(\d{1,16})$/.exec(cursor) ?? [];
  const position = { createdAtMs: Number(createdAt), ordinal: Number(ordinal) };
  if (!Number.isSafeInteger(position.createdAtMs) || !Number.isSafeInteger(position.ordinal)) {
    throw new StoreError(`list: cursor: expected one from a former page, got ${JSON.stringify(cursor).slice(0, 100)}`, {
      code: 'STORE_INVALID_ARGUMENT',
    });
  }
  return position;
}

/** Sorts newest first: negative when `a` comes before `b`. */
export function compareListPositions(a: ListPosition, b: ListPosition): number {
  return b.createdAtMs - a.createdAtMs || b.ordinal - a.ordinal;
}
