import { describe, expect, it } from 'vitest';
import { chance } from '../../src/core/retry.ts';
import { failed, ok, simulate, startAtMs, type Answer, type CoreSimulation } from '../core-simulation.ts';

/** Runs one task until it ends; the pauses between its attempts in milliseconds. */
function backoffs(retry: string, answer: Answer = () => failed()): number[] {
  const execution = simulate(`tasks: { a: { action: work, retry: ${retry} } }`, { answers: { a: answer } });
  const pauses: number[] = [];
  for (;;) {
    execution.runNow();
    const [dueAtMs] = execution.dueAtMs;
    const [step] = execution.steps();
    if (dueAtMs === undefined || step === undefined) return pauses;
    pauses.push(dueAtMs - execution.nowMs);
    execution.take(step);
  }
}

function attempts(execution: CoreSimulation): number {
  return execution.started.length;
}

describe('a retry', () => {
  it('makes as many attempts after the first as it counts', () => {
    for (const count of [0, 1, 5]) expect(backoffs(`{ count: ${count} }`)).toHaveLength(count);
  });

  it('ends with the first attempt that succeeds', () => {
    const execution = simulate(
      `
      tasks: { a: { action: work, retry: { count: 5 }, next: { publish: { n: "{{ attempt }}" } } } }
      output: [ "{{ task.a.attempts }}", "{{ n }}" ]
      `,
      { answers: { a: ({ attempt }) => (attempt === 3 ? ok('third') : failed()) } },
    ).run();
    expect(execution.started).toEqual(['a', 'a#2', 'a#3']);
    expect(execution.outcome).toMatchObject({ status: 'succeeded', errors: [], output: [3, 3] });
  });

  it('shows the number of the attempt to the input and keeps the idempotency key', () => {
    const seen: unknown[] = [];
    simulate(`tasks: { a: { action: work, retry: { count: 2 }, input: { n: "{{ attempt }}" } } }`, {
      answers: {
        a: ({ input, attempt, idempotencyKey }) => {
          seen.push([input, attempt, idempotencyKey]);
          return failed();
        },
      },
    }).run();
    expect(seen).toEqual([
      [{ n: 1 }, 1, 'x/a/1'],
      [{ n: 2 }, 2, 'x/a/1'],
      [{ n: 3 }, 3, 'x/a/1'],
    ]);
  });

  it('waits for nothing by default', () => {
    expect(backoffs('{ count: 3 }')).toEqual([0, 0, 0]);
  });

  it.each([
    ['constant', [2000, 2000, 2000, 2000]],
    ['linear', [2000, 4000, 6000, 8000]],
    ['exponential', [2000, 4000, 8000, 16_000]],
  ])('with %s back-off', (backoff, pauses) => {
    expect(backoffs(`{ count: 4, delay: 2s, backoff: ${backoff} }`)).toEqual(pauses);
  });

  it.each([
    ['linear', [2000, 4000, 5000, 5000]],
    ['exponential', [2000, 4000, 5000, 5000]],
  ])('bounds %s back-off by its largest delay', (backoff, pauses) => {
    expect(backoffs(`{ count: 4, delay: 2s, backoff: ${backoff}, max_delay: 5s }`)).toEqual(pauses);
  });

  it('takes count and delays from expressions, evaluated for each attempt', () => {
    const pauses = backoffs('{ count: "{{ 1 + 2 }}", delay: "{{ attempt }}", max_delay: "{{ \'2500ms\' }}" }');
    expect(pauses).toEqual([1000, 2000, 2500]);
  });

  it('with no delay waits for nothing after any number of attempts', () => {
    const pauses = backoffs('{ count: 1100, backoff: exponential }');
    expect(pauses).toHaveLength(1100);
    expect(pauses.every((pause) => pause === 0)).toBe(true);
  });

  it('never waits longer than a hundred years, after any number of attempts', () => {
    const pauses = backoffs('{ count: 1100, delay: 1ms, backoff: exponential }');
    expect(pauses.slice(0, 3)).toEqual([1, 2, 4]);
    expect(pauses.at(-1)).toBe(100 * 365 * 86_400_000);
  });

  it('is not made of a failure that cannot be retried', () => {
    expect(backoffs('{ count: 3 }', () => failed('no', { retryable: false }))).toEqual([]);
  });

  it('is made of a time-out', () => {
    expect(backoffs('{ count: 2 }', () => failed('late', { kind: 'timeout' }))).toHaveLength(2);
  });

  it('is never made of a cancellation', () => {
    expect(backoffs('{ count: 3, when: "{{ true }}" }', () => failed('no', { kind: 'canceled' }))).toEqual([]);
  });

  it('decides by its condition alone where it has one', () => {
    const when = `"{{ error().code == 'BUSY' and attempt < 3 }}"`;
    expect(backoffs(`{ count: 9, when: ${when} }`, () => failed('b', { code: 'BUSY', retryable: false }))).toHaveLength(
      2,
    );
    expect(backoffs(`{ count: 9, when: ${when} }`, () => failed('b', { code: 'GONE' }))).toHaveLength(0);
  });

  it.each([
    ['failed()', 'application', true],
    ['timed_out()', 'timeout', true],
    ['timed_out()', 'application', false],
    ['succeeded()', 'application', false],
    ['completed()', 'application', true],
    ['error().details.status == 503', 'application', true],
    ['error().kind == "timeout"', 'timeout', true],
    ['result() == null', 'application', true],
  ] as const)('sees %s of an attempt that failed as %s: %s', (when, kind, again) => {
    const answer: Answer = () => failed('no', { kind, details: { status: 503 } });
    expect(backoffs(`{ count: 1, when: '{{ ${when} }}' }`, answer)).toHaveLength(again ? 1 : 0);
  });

  it.each([
    ['count: "{{ 1.5 }}"', 'EXPRESSION_TYPE'],
    ['count: "{{ 0 - 1 }}"', 'EXPRESSION_TYPE'],
    ['count: "{{ null }}"', 'EXPRESSION_TYPE'],
    ['count: 1, delay: "{{ \'later\' }}"', 'EXPRESSION_TYPE'],
    ['count: 1, max_delay: "{{ [] }}"', 'EXPRESSION_TYPE'],
    ['count: 1, when: "{{ error().details.no.such }}"', 'EXPRESSION_UNDEFINED'],
  ])('that cannot be evaluated (%s) is the failure that stands', (retry, code) => {
    const execution = simulate(`tasks: { a: { action: work, retry: { ${retry} } } }`, {
      answers: { a: () => failed('original', { details: {} }) },
    }).run();
    expect(attempts(execution)).toBe(1);
    expect(execution.outcome.errors).toMatchObject([{ task: 'a' }]);
    expect(execution.errorCodes[0]).toMatch(/^EXPRESSION_/);
    if (code === 'EXPRESSION_TYPE') expect(execution.errorCodes).toEqual([code]);
    expect(execution.outcome.errors[0]?.message).toContain('retry of task "a"');
  });

  it('tells when the next attempt is due', () => {
    const execution = simulate(`tasks: { a: { action: work, retry: { count: 1, delay: 90s } } }`, {
      answers: { a: () => failed() },
    }).run();
    expect(execution.notices.filter(({ type }) => type === 'attempt-failed')).toMatchObject([
      { task: 'a', attempt: 1, retryAt: new Date(startAtMs + 90_000).toISOString() },
      { task: 'a', attempt: 2, error: { code: 'ACTION_FAILED' } },
    ]);
  });
});

describe('jitter', () => {
  const retry = '{ count: 20, delay: 100s, jitter: 0.25 }';

  it('takes off at most its share, not always the same', () => {
    const pauses = backoffs(retry);
    expect(pauses).toHaveLength(20);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(75_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(100_000);
    expect(new Set(pauses).size).toBe(20);
  });

  it('is the same whenever the same attempt fails', () => {
    expect(backoffs(retry)).toEqual(backoffs(retry));
  });

  it('differs from item to item', () => {
    const execution = simulate(
      `tasks: { a: { with: { items: "{{ range(50) }}", concurrency: 50 }, action: work, retry: { count: 1, delay: 1000s, jitter: 1 } } }`,
      { answers: { a: () => failed() } },
    ).runNow();
    expect(new Set(execution.dueAtMs).size).toBe(50);
  });
});

describe('chance', () => {
  const draws = Array.from({ length: 20_000 }, (_, place) => chance(`execution-${place % 7}/3/${place}/${place % 4}`));

  it('is a number from 0 up to 1', () => {
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
  });

  it('depends on the text alone', () => {
    expect(chance('x/1//1')).toBe(chance('x/1//1'));
    expect(chance('x/1//1')).not.toBe(chance('x/1//2'));
    expect(chance('x/1//1')).toBe(0.42810196219943464);
  });

  it('is spread evenly', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const draw of draws) tenths[Math.floor(draw * 10)] = (tenths[Math.floor(draw * 10)] ?? 0) + 1;
    // Six standard deviations of a binomial with 20,000 draws and p = 0.1.
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(255);
  });
});
