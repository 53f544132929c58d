import type { AttemptOutcome, TaskFailure } from '@weftline/coordinator';
import type { Mock, MockError, MockStatus } from './simulation-case.ts';

/** What is started: a task, one of its items, or the source of them. */
export interface Start {
  readonly task: string;
  readonly item: number | undefined;
  readonly source: boolean;
}

/** Answers what is started, by the mocks of a case; counts the starts of each task and item. */
export class MockAnswers {
  readonly #mocks: readonly Mock[];
  readonly #occurrences = new Map<string, number>();

  constructor(mocks: readonly Mock[]) {
    this.#mocks = mocks;
  }

  /** To be called once for every start, also of what is not answered by a mock. */
  count({ task, item, source }: Start): number {
    const key = JSON.stringify([task, source ? 'source' : (item ?? null)]);
    const occurrence = (this.#occurrences.get(key) ?? 0) + 1;
    this.#occurrences.set(key, occurrence);
    return occurrence;
  }

  /** `input` is undefined for a task without an action. */
  answer(start: Start, occurrence: number, input: unknown): AttemptOutcome {
    const mock = this.#mocks.find((each) => matches(each, start, occurrence));
    return mock === undefined ? { ok: true, result: null } : outcomeOf(mock, input);
  }
}

function matches(mock: Mock, { task, item, source }: Start, occurrence: number): boolean {
  if (mock.task !== task) return false;
  if ((mock.source ?? false) !== source) return false;
  if (mock.item !== undefined && mock.item !== item) return false;
  return mock.occurrence === undefined || mock.occurrence === occurrence;
}

function outcomeOf(mock: Mock, input: unknown): AttemptOutcome {
  const status = mock.status ?? (mock.error === undefined ? 'succeeded' : 'failed');
  if (status !== 'succeeded') return { ok: false, failure: failureOf(mock, status) };
  if (mock.echo === undefined) return { ok: true, result: mock.result ?? null };
  return echo(mock.task, mock.echo, input);
}

function failureOf({ task, result, error = {} }: Mock, status: Exclude<MockStatus, 'succeeded'>): TaskFailure {
  const {
    code,
    message,
    retryable = true,
    details = result,
  }: MockError = typeof error === 'string' ? { message: error } : error;
  return {
    kind: status === 'failed' ? 'application' : 'timeout',
    message: message ?? `a mock lets task "${task}" ${status === 'failed' ? 'fail' : 'time out'}`,
    retryable,
    ...(code === undefined ? {} : { code }),
    ...(details === undefined ? {} : { details }),
  };
}

function echo(task: string, field: string, input: unknown): AttemptOutcome {
  if (typeof input === 'object' && input !== null && Object.hasOwn(input, field)) {
    return { ok: true, result: (input as Readonly<Record<string, unknown>>)[field] };
  }
  const message = `the input of task "${task}" has no field "${field}" for a mock to echo`;
  const failure = { kind: 'definition', code: 'MOCK_ECHO_MISSING', message, retryable: false } as const;
  return { ok: false, failure };
}
