import { CoordinatorError } from '../errors.ts';

/** Stops the execution loudly when the engine itself is wrong. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new CoordinatorError(`invariant broken: ${message}`, { code: 'INVARIANT_BROKEN' });
}
