import type { Context } from '@weftline/context';
import type { Event, TimerPurpose } from './event.ts';

/**
 * What must now be done. A command with `afterDurable` depends on the events of its batch and is performed only once
 * they are durable; the others (the next items of a list that is already open) need not wait.
 */
export type Command = RunAttempt | PullItems | CloseSource | StartTimer | AbortAttempts | ReportEvent;

export interface RunAttempt {
  readonly type: 'run-attempt';
  readonly afterDurable: boolean;
  readonly visit: number;
  readonly task: string;
  /** 1 for the first visit of the task. */
  readonly ordinal: number;
  readonly index: number | undefined;
  readonly item: unknown;
  readonly attempt: number;
  /** The items of one call for several, of which the fields above tell the first; absent where each item has its own. */
  readonly batch?: readonly BatchedItem[];
  /** What the input is rendered from, when the attempt is performed and not before. */
  readonly context: Context;
}

export interface BatchedItem {
  readonly index: number;
  readonly item: unknown;
  readonly attempt: number;
}

/** Read on in a source of items, or open it where nobody has it open at this place. */
export interface PullItems {
  readonly type: 'pull-items';
  readonly afterDurable: boolean;
  readonly visit: number;
  readonly task: string;
  readonly ordinal: number;
  readonly attempt: number;
  readonly context: Context;
  /** Items produced before. */
  readonly from: number;
  /** About so many items, fewer where more would have to be waited for. */
  readonly want: number;
  /** As `SourceState` has it. */
  readonly cursor: unknown;
  readonly skip: number;
}

/** Nothing more is wanted of a source. */
export interface CloseSource {
  readonly type: 'close-source';
  readonly afterDurable: true;
  readonly visit: number;
}

export interface StartTimer {
  readonly type: 'start-timer';
  readonly afterDurable: true;
  readonly visit: number;
  readonly index: number | undefined;
  readonly attempt: number;
  readonly dueAtMs: number;
  /** Absent: a delay or a back-off. */
  readonly purpose?: TimerPurpose;
}

/** End attempts as canceled: every one, or only those that were handed out and have not begun; of the execution, or of one visit. */
export interface AbortAttempts {
  readonly type: 'abort-attempts';
  readonly afterDurable: true;
  readonly which: 'all' | 'not-begun';
  readonly visit?: number;
}

/**
 * Something that the core already knows and that must come back as an event, so that no chain of instant completions runs
 * inside one `advance`.
 */
export interface ReportEvent {
  readonly type: 'report-event';
  readonly afterDurable: true;
  readonly event: Event;
}
