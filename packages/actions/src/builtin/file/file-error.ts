import { ActionError } from '../../action.ts';
import { errorMessage } from '../../attempt-failure.ts';

export function unreadable(path: string, error: unknown): ActionError {
  return fileError('FILE_UNREADABLE', `cannot read ${path}`, { path, error });
}

export function unwritable(path: string, error: unknown): ActionError {
  return fileError('FILE_UNWRITABLE', `cannot write ${path}`, { path, error });
}

export function fileTooLarge(path: string, bytesMax: number): ActionError {
  const message = `expected at most ${bytesMax} bytes to read in ${path}, got more`;
  return new ActionError(message, { code: 'FILE_TOO_LARGE', retryable: false, details: { path, bytes_max: bytesMax } });
}

function fileError(code: string, message: string, of: { readonly path: string; readonly error: unknown }): ActionError {
  const reason: unknown = of.error instanceof Error && 'code' in of.error ? of.error.code : undefined;
  return new ActionError(`${message}: ${errorMessage(of.error)}`, {
    code,
    details: { path: of.path, reason: typeof reason === 'string' ? reason : null },
    cause: of.error,
  });
}
