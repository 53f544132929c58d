import type { Action } from '../action.ts';

/** Answers null, whatever it is given. */
export const noop: Action<unknown, null> = () => null;
