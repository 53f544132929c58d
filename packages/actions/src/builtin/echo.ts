import type { Action } from '../action.ts';

/** Answers `input.message` when that is all it is given, else the whole input. */
export const echo: Action<unknown> = (input) => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const [member, ...others] = Object.entries(input);
  return member?.[0] === 'message' && others.length === 0 ? (member[1] as unknown) : input;
};
