import { ActionError, type Action } from '../action.ts';
import { anything, flag, optional, text } from '../input/fields.ts';
import { readInput } from '../input/read-input.ts';

/** Fails as the input says; `message` is `failed on purpose` unless given, `retryable` true. */
export const fail: Action<unknown> = (input) => {
  const { message, code, details, retryable } = readInput(input, {
    message: optional(text, 'failed on purpose'),
    code: optional(text, undefined),
    details: anything,
    retryable: optional(flag, true),
  });
  throw new ActionError(message, { details, retryable, ...(code === undefined ? {} : { code }) });
};
