import { encodeEvent, eventBytesMax } from './core/event-codec.ts';
import type { AttemptFailed, AttemptSucceeded, Event, ItemsProduced, SourceFailed } from './core/event.ts';
import type { TaskFailure } from './core/failure.ts';
import { textOf } from './text-of.ts';

export interface Recordable {
  readonly events: readonly Event[];
  /** The events as bytes, one by one. */
  readonly records: readonly Uint8Array[];
}

const messageLengthMax = 4000;

/**
 * Events as they can be recorded. The end of an attempt that cannot be written must not stop the execution, which would come
 * to the same place after every recovery: it becomes a failure of that attempt, RESULT_TOO_LARGE or RESULT_NOT_JSON.
 */
export function recordable(posted: readonly Event[]): Recordable {
  let events: Event[] | undefined;
  const records: Uint8Array[] = [];
  for (const [place, event] of posted.entries()) {
    const written = encodeOrFail(event);
    if (written instanceof Uint8Array) {
      records.push(written);
      continue;
    }
    events ??= [...posted];
    events[place] = written;
    records.push(encodeEvent(written));
  }
  return { events: events ?? posted, records };
}

/** What stands in place of the event where it cannot be written. */
function encodeOrFail(event: Event): Uint8Array | AttemptFailed | SourceFailed {
  try {
    const data = encodeEvent(event);
    if (data.length <= eventBytesMax || !isAnswer(event)) return data;
    const message = `the result takes ${data.length} bytes as JSON; at most ${eventBytesMax} can be recorded`;
    return failed(event, { code: 'RESULT_TOO_LARGE', message });
  } catch (error) {
    if (!isAnswer(event)) throw error;
    // The engine of JavaScript has bounds of its own, for the length of a text and for its depth.
    const code = error instanceof RangeError ? 'RESULT_TOO_LARGE' : 'RESULT_NOT_JSON';
    return failed(event, { code, message: `the result cannot be written as JSON: ${textOf(error)}` });
  }
}

type Answer = AttemptSucceeded | AttemptFailed | ItemsProduced | SourceFailed;

const answers: ReadonlySet<Event['type']> = new Set<Answer['type']>([
  ...(['attempt-succeeded', 'attempt-failed', 'items-produced', 'source-failed'] as const),
]);

function isAnswer(event: Event): event is Answer {
  return answers.has(event.type);
}

/** A failure whose details cannot be written stays the failure that it is. */
function failed(
  event: Answer,
  { code, message }: { readonly code: string; readonly message: string },
): AttemptFailed | SourceFailed {
  const failure: TaskFailure =
    'failure' in event ? withoutDetails(event.failure) : { kind: 'application', code, message, retryable: false };
  if (event.type === 'source-failed') return { ...event, failure };
  if (event.type === 'items-produced') {
    const { atMs, visit, from } = event;
    return { type: 'source-failed', atMs, visit, from, attempt: 0, failure };
  }
  const { atMs, visit, index, attempt } = event;
  return { type: 'attempt-failed', atMs, visit, index, attempt, failure };
}

function withoutDetails({ kind, code, message, retryable }: TaskFailure): TaskFailure {
  const shown = message.slice(0, messageLengthMax);
  return { kind, ...(code === undefined ? {} : { code: code.slice(0, messageLengthMax) }), message: shown, retryable };
}
