import type { PullItems, RunAttempt } from './core/command.ts';
import type { AttemptFailed, AttemptSucceeded, ItemsProduced, SourceFailed } from './core/event.ts';
import type { Program } from './core/program.ts';
import type { Pulled } from './open-source.ts';
import type { AttemptOutcome } from './task-executor.ts';

/** What an attempt came to, as an event for each of its items. */
export function answerEvents(
  program: Program,
  command: RunAttempt,
  answer: { readonly outcome: AttemptOutcome; readonly atMs: number },
): readonly (AttemptSucceeded | AttemptFailed)[] {
  const { batch, ...place } = command;
  const { outcome, atMs } = answer;
  if (batch === undefined) return [answerEvent(program, command, answer)];
  const outcomes = outcome.ok ? (outcome.result as readonly AttemptOutcome[]) : undefined;
  return batch.map(({ index, attempt }, position) =>
    answerEvent(program, { ...place, index, attempt }, { outcome: outcomes?.[position] ?? outcome, atMs }),
  );
}

/** A result that nobody will ever read is not recorded. */
function answerEvent(
  program: Program,
  { task, visit, index, attempt }: RunAttempt,
  { outcome, atMs }: { readonly outcome: AttemptOutcome; readonly atMs: number },
): AttemptSucceeded | AttemptFailed {
  if (!outcome.ok) return { type: 'attempt-failed', atMs, visit, index, attempt, failure: outcome.failure };
  const items = program.tasks.get(task)?.items;
  const result = items === undefined || items.readsResults ? (outcome.result ?? null) : null;
  return { type: 'attempt-succeeded', atMs, visit, index, attempt, result };
}

/** What a source gave, as an event. */
export function pulledEvent(
  { visit, from, attempt }: PullItems,
  pulled: Pulled,
  atMs: number,
): ItemsProduced | SourceFailed {
  if (!pulled.ok) return { type: 'source-failed', atMs, visit, from, attempt, failure: pulled.failure };
  const { items, ended, cursor, skip } = pulled;
  return { type: 'items-produced', atMs, visit, from, items, ended, cursor, skip };
}
