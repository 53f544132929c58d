import { CoordinatorError } from '../errors.ts';
import { sourceEventFrom, sourceRow } from './source-event-codec.ts';
import type { Event, TakenBack, TimerPurpose } from './event.ts';

/**
 * How events stand in the journal: one JSON array per event, its tag first, then the time, then the fields in order. Arrays
 * keep a completion within a few bytes of its result. The format is public: a new shape gets a new tag or a new
 * `journalFormat`, and old ones stay readable.
 */
export const journalFormat = 1;

/** No store takes a longer record. */
export const eventBytesMax: number = 64 * 1024 * 1024;

type Row = readonly [tag: string, atMs: number, ...fields: unknown[]];

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export function encodeEvent(event: Event): Uint8Array {
  return encoder.encode(JSON.stringify(toRow(event)));
}

/** Throws JOURNAL_FORMAT for bytes that this release cannot read. */
export function decodeEvent(data: Uint8Array): Event {
  const row = parseRow(data);
  const event = fromRow(row);
  if (event === undefined) throw unreadable(`unknown record tag ${JSON.stringify(row[0])}`);
  return event;
}

function toRow(event: Event): Row {
  const { atMs } = event;
  switch (event.type) {
    case 'execution-started': {
      const { id, definition, input, env, labels, priority } = event;
      return ['start', atMs, journalFormat, id, definition, input, env, labels, ...present(priority)];
    }
    case 'execution-recovered':
      return ['recovered', atMs];
    case 'execution-finished':
      return ['end', atMs, event.status, event.output, event.errors];
    case 'execution-reopened':
      return ['reopened', atMs, event.takenBack.map(({ visit, attempt, items }) => [visit, attempt, items])];
    case 'attempt-succeeded':
      return ['ok', atMs, event.visit, event.index ?? null, event.attempt, event.result];
    case 'attempt-failed':
      return ['err', atMs, event.visit, event.index ?? null, event.attempt, event.failure];
    case 'items-exhausted':
      return ['empty', atMs, event.visit];
    case 'items-produced':
    case 'source-failed':
      return sourceRow(event);
    case 'timer-fired':
      return ['timer', atMs, event.visit, event.index ?? null, event.attempt, ...present(event.purpose)];
    case 'concurrency-changed':
      return ['concurrency', atMs, event.task, event.concurrency];
    case 'pause-requested':
      return ['pause', atMs];
    case 'resume-requested':
      return ['resume', atMs];
    case 'cancel-requested':
      return ['cancel', atMs, event.immediate, event.reason ?? null];
  }
}

function fromRow([tag, atMs, ...fields]: Row): Event | undefined {
  // The journal is written by `toRow` alone and checked by the store, so the shapes behind a known tag are trusted.
  const [a, b, c, d, e, f, g] = fields as never[];
  switch (tag) {
    case 'start':
      if (a !== journalFormat) throw unreadable(`journal format ${String(a)}; this release reads ${journalFormat}`);
      return {
        type: 'execution-started',
        atMs,
        id: b as never,
        definition: c as never,
        input: d as never,
        env: e as never,
        labels: f as never,
        ...(g === undefined ? {} : { priority: g }),
      };
    case 'recovered':
      return { type: 'execution-recovered', atMs };
    case 'end':
      return { type: 'execution-finished', atMs, status: a as never, output: b, errors: c as never };
    case 'reopened':
      return { type: 'execution-reopened', atMs, takenBack: (fields[0] as readonly TakenBackRow[]).map(takenBackFrom) };
    case 'ok':
      return {
        type: 'attempt-succeeded',
        atMs,
        visit: a as never,
        index: b ?? undefined,
        attempt: c as never,
        result: d,
      };
    case 'err':
      return {
        type: 'attempt-failed',
        atMs,
        visit: a as never,
        index: b ?? undefined,
        attempt: c as never,
        failure: d as never,
      };
    case 'empty':
      return { type: 'items-exhausted', atMs, visit: a as never };
    case 'items':
    case 'source-err':
      return sourceEventFrom(tag, atMs, fields);
    case 'timer':
      return {
        type: 'timer-fired',
        atMs,
        visit: a as never,
        index: b ?? undefined,
        attempt: c as never,
        ...purpose(d),
      };
    case 'concurrency':
      return { type: 'concurrency-changed', atMs, task: a as never, concurrency: b as never };
    case 'pause':
      return { type: 'pause-requested', atMs };
    case 'resume':
      return { type: 'resume-requested', atMs };
    case 'cancel':
      return { type: 'cancel-requested', atMs, immediate: a as never, reason: b ?? undefined };
    default:
      return undefined;
  }
}

type TakenBackRow = readonly [visit: number, attempt: number, items: TakenBack['items']];

function takenBackFrom([visit, attempt, items]: TakenBackRow): TakenBack {
  return { visit, attempt, items };
}

function present(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value];
}

function purpose(value: TimerPurpose | undefined): { readonly purpose?: TimerPurpose } {
  return value === undefined ? {} : { purpose: value };
}

function parseRow(data: Uint8Array): Row {
  let row: unknown;
  try {
    row = JSON.parse(decoder.decode(data));
  } catch (cause) {
    throw unreadable('a record is not JSON text', cause);
  }
  if (!Array.isArray(row) || typeof row[0] !== 'string' || typeof row[1] !== 'number') {
    throw unreadable('a record is not an array of a tag, a time and fields');
  }
  return row as unknown as Row;
}

function unreadable(what: string, cause?: unknown): CoordinatorError {
  return new CoordinatorError(`the journal cannot be read: ${what}`, { code: 'JOURNAL_FORMAT', cause });
}
