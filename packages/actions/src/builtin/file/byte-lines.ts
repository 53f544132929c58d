import { createReadStream } from 'node:fs';
import { fileTooLarge, unreadable } from './file-error.ts';

export interface ByteLine {
  /** Without its end, `\n` or `\r\n`. */
  readonly bytes: Buffer;
  /** Bytes of the file up to and including the end of the line. */
  readonly behind: number;
}

export interface ByteLinesOptions {
  readonly path: string;
  /** Byte at which to begin. */
  readonly start: number;
  /** Of one line. */
  readonly bytesMax: number;
}

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * The lines of a file with the place behind each, as many as each piece of the file completes. What follows the last end is a line
 * unless it is empty. Holds one piece and one line. Throws FILE_UNREADABLE, or FILE_TOO_LARGE for a line that is too long.
 */
export async function* byteLines(
  { path, start, bytesMax }: ByteLinesOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly ByteLine[], void, undefined> {
  const begun: Buffer[] = [];
  let begunBytes = 0;
  let at = start;
  for await (const piece of pieces(path, { start, signal })) {
    const lines: ByteLine[] = [];
    let from = 0;
    for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, from)) {
      const bytes = withoutReturn(Buffer.concat([...begun.splice(0), piece.subarray(from, end)]));
      lines.push({ bytes, behind: at + end + 1 });
      begunBytes = 0;
      from = end + 1;
    }
    begun.push(piece.subarray(from));
    begunBytes += piece.length - from;
    if (begunBytes > bytesMax) throw fileTooLarge(path, bytesMax);
    at += piece.length;
    if (lines.length > 0) yield lines;
  }
  const last = Buffer.concat(begun);
  if (last.length > 0) yield [{ bytes: last, behind: at }];
}

/** Without the byte order mark of UTF-8, which is part of no line. */
export function withoutMark({ bytes, behind }: ByteLine): ByteLine {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return hasMark ? { bytes: bytes.subarray(3), behind } : { bytes, behind };
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
}

/** A file piece by piece, from some byte on. */
export async function* pieces(
  path: string,
  { start, signal }: { readonly start: number; readonly signal: AbortSignal },
): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const piece of createReadStream(path, { start, signal }) as AsyncIterable<Buffer>) yield piece;
  } catch (error) {
    if (signal.aborted || !(error instanceof Error && 'syscall' in error)) throw error;
    throw unreadable(path, error);
  }
}
