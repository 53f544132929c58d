import { EngineError } from './errors.ts';

/** The priority, or ARGUMENT_INVALID. */
export function checkPriority(priority: number): number {
  if (Number.isInteger(priority) && priority >= 1 && priority <= 1000) return priority;
  throw new EngineError(`start: priority: expected an integer from 1 to 1000, got ${priority}`, {
    code: 'ARGUMENT_INVALID',
  });
}
