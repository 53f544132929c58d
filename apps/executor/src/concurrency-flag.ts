import { InvalidArgumentError } from 'commander';
import type { ConcurrencyFlag } from './commands/set-command.ts';

/** `task=20`, one more each time. */
export function parseConcurrencyFlag(text: string, before: readonly ConcurrencyFlag[] = []): ConcurrencyFlag[] {
  const [, task, digits] = /^([^=]+)=(\d{1,9})$/.exec(text) ?? [];
  const concurrency = Number(digits);
  if (task !== undefined && concurrency >= 1) return [...before, { task, concurrency }];
  throw new InvalidArgumentError('expected the name of a task and a number from 1, such as process=20.');
}
