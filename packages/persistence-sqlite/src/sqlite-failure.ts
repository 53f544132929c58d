import { StoreError } from '@weftline/persistence';

/** The primary result codes of SQLite that are told apart. */
export const SQLITE_BUSY = 5;
export const SQLITE_IOERR = 10;
export const SQLITE_FULL = 13;
const SQLITE_ERROR = 1;
const SQLITE_PERM = 3;
const SQLITE_LOCKED = 6;
const SQLITE_NOMEM = 7;
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_CANTOPEN = 14;
const SQLITE_PROTOCOL = 15;
const SQLITE_CONSTRAINT = 19;
const SQLITE_NOTADB = 26;

/** What is wrong with the file. The statements of this package fail on no other file than one that was tampered with. */
const defects: Readonly<Record<number, string>> = {
  [SQLITE_ERROR]: 'does not have the tables of a Weftline store',
  [SQLITE_CONSTRAINT]: 'holds rows that contradict each other',
  [SQLITE_CORRUPT]: 'is damaged',
  [SQLITE_NOTADB]: 'is not an SQLite database',
};

/** What stands between this process and the file. */
const obstacles: Readonly<Record<number, string>> = {
  [SQLITE_PERM]: 'the process has no permission to use it',
  [SQLITE_BUSY]: 'another process has kept it locked for too long',
  [SQLITE_LOCKED]: 'another connection has kept it locked for too long',
  [SQLITE_PROTOCOL]: 'other processes have kept it locked for too long',
  [SQLITE_NOMEM]: 'the process is out of memory',
  [SQLITE_READONLY]: 'the file or its directory is read-only',
  [SQLITE_IOERR]: 'the system reported an error while reading or writing it',
  [SQLITE_FULL]: 'the disk is full',
  [SQLITE_CANTOPEN]: 'it cannot be opened; the path must name a file, in a directory that this process may write',
};

const retryable = new Set([SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL, SQLITE_NOMEM, SQLITE_FULL]);

/**
 * The primary result code of an error that SQLite raised, `undefined` for any other error. `node:sqlite` calls it
 * `errcode` and libsql `rawCode`; an extended code carries the primary one in its low byte.
 */
export function primaryResultCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { errcode, rawCode } = error as { readonly errcode?: unknown; readonly rawCode?: unknown };
  const code = [errcode, rawCode].find((value) => typeof value === 'number') ?? codeOfFailedOpening(error);
  return code === undefined ? undefined : code & 0xff;
}

/** When opening fails, libsql sets no code but ends its message with it. */
function codeOfFailedOpening(error: Error): number | undefined {
  const match = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(error.message);
  return match === null ? undefined : Number(match[1]);
}

/** SQLite's answer to a ROLLBACK when it has rolled back by itself, as it does after some failures. */
export function saysNoTransaction(error: unknown): boolean {
  return primaryResultCode(error) === SQLITE_ERROR;
}

/** Turns an error of SQLite into what the caller is told; leaves every other error, a defect of ours, as it is. */
export function asStoreError(error: unknown, path: string): unknown {
  const code = primaryResultCode(error);
  if (code === undefined) return error;
  const defect = defects[code];
  if (defect !== undefined) return new StoreError(`${path} ${defect}`, { code: 'STORE_CORRUPT', cause: error });
  const obstacle = obstacles[code] ?? `SQLite answered '${(error as Error).message}'`;
  return new StoreError(`the store ${path} cannot be used: ${obstacle}`, {
    code: 'STORE_UNAVAILABLE',
    retryable: retryable.has(code),
    cause: error,
  });
}
