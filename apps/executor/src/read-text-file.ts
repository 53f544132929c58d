import { open } from 'node:fs/promises';
import { ExecutorError, messageOf, systemErrorCode } from './errors.ts';

/** Workflows and inputs are read whole; beyond this a file is surely something else. */
export const FILE_BYTES_MAX: number = 64 * 1024 * 1024;

/**
 * The text of a file; pipes and devices are read to their end. `what` names it in messages, e.g. `the workflow`.
 * Rejects with FILE_NOT_FOUND, FILE_UNREADABLE, FILE_NOT_TEXT or FILE_TOO_LARGE.
 */
export async function readTextFile(file: string, what: string): Promise<string> {
  return decodeText(await readBytes(file, what), file, what);
}

/** The text of a stream such as stdin, under the same rules. */
export async function readTextStream(stream: AsyncIterable<unknown>, what: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    length += bytes.length;
    if (length > FILE_BYTES_MAX) throw tooLarge('stdin', what);
    chunks.push(bytes);
  }
  return decodeText(Buffer.concat(chunks), 'stdin', what);
}

async function readBytes(file: string, what: string): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const status = await handle.stat();
      if (status.isDirectory()) {
        throw new ExecutorError(`cannot read ${what} ${file}: expected a file, got a directory`, {
          code: 'FILE_UNREADABLE',
        });
      }
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of handle.createReadStream({ autoClose: false })) {
        chunks.push(chunk as Buffer);
        length += (chunk as Buffer).length;
        if (length > FILE_BYTES_MAX) throw tooLarge(file, what);
      }
      return Buffer.concat(chunks);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asReadError(error, file, what);
  }
}

function asReadError(error: unknown, file: string, what: string): ExecutorError {
  if (error instanceof ExecutorError) return error;
  const missing = ['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '');
  if (missing) {
    return new ExecutorError(`cannot read ${what} ${file}: there is no such file`, { code: 'FILE_NOT_FOUND' });
  }
  return new ExecutorError(`cannot read ${what} ${file}: ${messageOf(error)}`, {
    code: 'FILE_UNREADABLE',
    cause: error,
  });
}

function tooLarge(file: string, what: string): ExecutorError {
  return new ExecutorError(`${file}: ${what} is larger than ${FILE_BYTES_MAX} bytes`, { code: 'FILE_TOO_LARGE' });
}

function decodeText(bytes: Buffer, file: string, what: string): string {
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw notText(`a zero byte at offset ${zero}`, file, what);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notText('bytes that are not UTF-8', file, what);
  }
}

function notText(found: string, file: string, what: string): ExecutorError {
  return new ExecutorError(`${file}: expected ${what} as UTF-8 text, got ${found}`, { code: 'FILE_NOT_TEXT' });
}
