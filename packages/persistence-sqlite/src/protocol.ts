import { StoreError } from '@weftline/persistence';
import type {
  ExecutionPage,
  ExecutionRequest,
  ExecutionSummary,
  JournalSnapshot,
  Lease,
  NewExecution,
  Owner,
  StoreErrorCode,
} from '@weftline/persistence';
import type { ExaminedExecution, ExaminedRow, ExaminedSnapshot, StoreProblem, StoreSize } from './examine.ts';
import type { PackedAppends } from './packed-appends.ts';
import type { PackedRecords } from './packed-records.ts';
import type { VacuumQuestion, VacuumStep } from './vacuum.ts';

/** What the store asks of its worker, and what is answered. Requests are answered one by one, in their order. */
export interface Calls {
  readonly create: { readonly question: CreateQuestion; readonly answer: Lease };
  readonly append: { readonly question: PackedAppends; readonly answer: readonly Refusal[] };
  readonly read: { readonly question: ReadQuestion; readonly answer: JournalPage };
  readonly readSnapshot: { readonly question: { readonly id: string }; readonly answer: JournalSnapshot | undefined };
  readonly get: { readonly question: Timed<{ readonly id: string }>; readonly answer: ExecutionSummary | undefined };
  readonly list: { readonly question: ListQuestion; readonly answer: ExecutionPage };
  readonly claim: { readonly question: Timed<{ readonly id: string; readonly owner: Owner }>; readonly answer: Lease };
  readonly release: { readonly question: Lease; readonly answer: void };
  readonly heartbeat: { readonly question: Timed<{ readonly owner: Owner }>; readonly answer: ExecutionRequest[] };
  readonly request: { readonly question: RequestQuestion; readonly answer: void };
  readonly examineStore: { readonly question: Nothing; readonly answer: readonly StoreProblem[] };
  readonly examineExecutions: {
    readonly question: Timed<{ readonly after: number; readonly id: string | undefined; readonly limit: number }>;
    readonly answer: readonly ExaminedExecution[];
  };
  readonly examineSnapshot: {
    readonly question: { readonly execution: number };
    readonly answer: ExaminedSnapshot | undefined;
  };
  readonly examineRows: {
    readonly question: { readonly execution: number; readonly after: number };
    readonly answer: readonly ExaminedRow[];
  };
  readonly size: { readonly question: Nothing; readonly answer: StoreSize };
  readonly vacuumStep: { readonly question: VacuumQuestion; readonly answer: VacuumStep };
  readonly reclaim: { readonly question: { readonly nowMs: number }; readonly answer: void };
  readonly close: { readonly question: undefined; readonly answer: void };
}

export type CallName = keyof Calls;
export type Question<N extends CallName> = Calls[N]['question'];
export type Answer<N extends CallName> = Calls[N]['answer'];

type Nothing = Readonly<Record<never, never>>;

/** The clock belongs to the store's thread, where tests can move it. */
type Timed<T> = T & { readonly nowMs: number };

export interface CreateQuestion extends Timed<Omit<NewExecution, 'records'>> {
  readonly records: PackedRecords;
}

/** A ListQuery that was checked. */
export interface ListQuestion {
  readonly statuses: readonly string[] | undefined;
  readonly unfinished: boolean | undefined;
  readonly workflow: string | undefined;
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly nowMs: number;
}

/** An ExecutionRequest that was checked. */
export interface RequestQuestion extends Omit<ExecutionRequest, 'reason' | 'immediate'> {
  readonly reason: string | undefined;
  readonly immediate: boolean | undefined;
}

export interface ReadQuestion {
  readonly id: string;
  readonly after: number;
}

export interface JournalPage {
  /** Of the first record in the page. */
  readonly sequence: number;
  readonly records: PackedRecords;
  /** The journal went no further when the page was read. */
  readonly end: boolean;
}

/** An append of a batch, by its place there, that was not taken. */
export interface Refusal {
  readonly place: number;
  readonly error: ErrorData;
}

/** A StoreError as data, because errors lose their class between threads. */
interface ErrorData {
  readonly code: StoreErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly cause?: unknown;
  readonly undelivered: readonly ExecutionRequest[];
}

/** The number of the reply that tells how opening went; requests count from 1. */
export const OPENING = 0;

export interface Request {
  readonly number: number;
  readonly name: CallName;
  readonly question: unknown;
}

export type Reply =
  { readonly number: number; readonly answer: unknown } | { readonly number: number; readonly error: ErrorData };

export function errorData(error: StoreError): ErrorData {
  const { code, message, retryable, cause, undelivered } = error;
  return { code, message, retryable, undelivered, ...(cause === undefined ? {} : { cause: plainCause(cause) }) };
}

export function storeError(data: ErrorData): StoreError {
  return new StoreError(data.message, data);
}

/** Not every error of a native client can be cloned. */
function plainCause(cause: unknown): unknown {
  return cause instanceof Error ? new Error(cause.message) : String(cause);
}
