import type { AttemptOutcome, BatchOutcome } from '@weftline/coordinator';
import { thrownFailure } from './attempt-failure.ts';
import { describeValue } from './describe-value.ts';
import { jsonValue } from './json-value.ts';

/** The answer to a call for several items, item by item. */
export function batchOutcome(answer: unknown, expected: number): BatchOutcome {
  if (Array.isArray(answer) && answer.length === expected)
    return { ok: true, outcomes: Array.from(answer, entryOutcome) };
  const got = Array.isArray(answer) ? `a list of ${answer.length}` : describeValue(answer);
  const message = `expected a list with an entry for each of ${expected} items, got ${got}`;
  return { ok: false, failure: { kind: 'definition', code: 'BATCH_ANSWER', message, retryable: false } };
}

function entryOutcome(entry: unknown): AttemptOutcome {
  if (entry instanceof Error) return { ok: false, failure: thrownFailure(entry) };
  if (isErrorEntry(entry)) return { ok: false, failure: thrownFailure(entry.error) };
  try {
    return { ok: true, result: jsonValue(entry, 'result') };
  } catch (thrown) {
    return { ok: false, failure: thrownFailure(thrown) };
  }
}

/** A map whose only member is `error`; one that has others beside it is a result. */
function isErrorEntry(entry: unknown): entry is { readonly error: unknown } {
  if (typeof entry !== 'object' || entry === null || !('error' in entry)) return false;
  return Object.keys(entry).length === 1 && entry.error !== null && entry.error !== undefined;
}
