import { describe, expect, it } from 'vitest';
import { simulate, type CoreSimulation } from '../core-simulation.ts';

function sizes({ state }: CoreSimulation): Record<string, number> {
  const { visits, joins, ordinals, ended } = state;
  return { visits: visits.size, joins: joins.size, tasks: ordinals.size, ended: ended.length };
}

/** The largest sizes of the growing parts of the state while the execution runs to its end. */
function largestSizes(execution: CoreSimulation): Record<string, number> {
  let largest = sizes(execution);
  while (execution.state.outcome === undefined) {
    const [step] = execution.steps();
    if (step === undefined) throw new Error('nothing moves any more');
    execution.take(step);
    const now = sizes(execution);
    largest = Object.fromEntries(Object.keys(now).map((key) => [key, Math.max(now[key] ?? 0, largest[key] ?? 0)]));
  }
  return largest;
}

describe('a cycle', () => {
  it('of one task runs 10,000 rounds and the state does not grow', () => {
    const execution = simulate(`
      vars: { n: 0 }
      tasks:
        a: { action: work, next: { do: loop } }
        loop:
          action: work
          next: { when: "{{ n < 10000 }}", publish: { n: "{{ n + 1 }}" }, do: loop }
      output: "{{ n }}"
    `);
    expect(largestSizes(execution)).toEqual({ visits: 1, joins: 0, tasks: 2, ended: 100 });
    expect(execution.started).toHaveLength(10_002);
    expect(execution.output).toBe(10_000);
  });

  it('with a fork and a join in it runs 3,000 rounds and the state does not grow', () => {
    const execution = simulate(`
      vars: { n: 0 }
      tasks:
        start: { action: work, next: { do: round } }
        round: { action: work, next: { publish: { n: "{{ n + 1 }}" }, do: [a, b] } }
        a: { action: work, next: { do: j } }
        b: { action: work, next: { do: j } }
        j: { action: work, join: all, next: { when: "{{ n < 3000 }}", do: round } }
      output: "{{ n }}"
    `);
    expect(largestSizes(execution)).toEqual({ visits: 2, joins: 1, tasks: 5, ended: 100 });
    expect(execution.output).toBe(3000);
  });

  it('with a side branch that ends runs 3,000 rounds and the state does not grow', () => {
    const execution = simulate(`
      vars: { n: 0 }
      tasks:
        start: { action: work, next: { do: round } }
        round: { action: work, next: [{ publish: { n: "{{ n + 1 }}" }, do: next }, { do: side }] }
        side: { action: work }
        next: { action: work, next: { when: "{{ n < 3000 }}", do: round } }
      output: "{{ n }}"
    `);
    expect(largestSizes(execution)).toEqual({ visits: 2, joins: 0, tasks: 4, ended: 100 });
    expect(execution.output).toBe(3000);
  });

  it('with a counted join that leaves one arrival behind each round does not grow the state', () => {
    const execution = simulate(`
      vars: { n: 0 }
      tasks:
        start: { action: work, next: { do: round } }
        round: { action: work, next: { publish: { n: "{{ n + 1 }}" }, do: [a, b, c] } }
        a: { action: work, next: { do: j } }
        b: { action: work, next: { do: j } }
        c: { action: work, next: { do: j } }
        j: { action: work, join: 2, next: { when: "{{ n < 2000 }}", do: round } }
      output: "{{ n }}"
    `);
    expect(largestSizes(execution)).toEqual({ visits: 3, joins: 1, tasks: 6, ended: 100 });
    expect(execution.output).toBe(2000);
  });

  it('of two loops side by side keeps them apart', () => {
    const execution = simulate(`
      vars: { n: 0 }
      tasks:
        start: { action: work, next: { do: [left, right] } }
        left: { action: work, next: [{ when: "{{ n < 5 }}", publish: { n: "{{ n + 1 }}" }, do: left }, { when: "{{ n >= 5 }}", do: j }] }
        right: { action: work, next: [{ when: "{{ n < 50 }}", publish: { n: "{{ n + 10 }}" }, do: right }, { when: "{{ n >= 50 }}", publish: { m: "{{ n }}" }, do: j }] }
        j: { action: echo, join: all, input: { n: "{{ n }}", m: "{{ m }}" } }
      output: "{{ task.j.result.m }}"
    `);
    expect(largestSizes(execution)).toMatchObject({ visits: 2 });
    expect(execution.output).toBe(50);
  });

  it('keeps the latest 100 visits that ended', () => {
    const execution = simulate(`
      vars: { n: 0 }
      tasks:
        a: { action: work, next: { do: loop } }
        loop: { action: work, next: { when: "{{ n < 449 }}", publish: { n: "{{ n + 1 }}" }, do: loop } }
    `).run();
    const { ended } = execution.state;
    expect(ended.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 100 }, (_, place) => 351 + place));
  });
});
