import { describe, expect, it } from 'vitest';
import { failed, held, ok, simulate, type CoreSimulation } from '../core-simulation.ts';

/** Three branches that publish `x` and a name of their own, and a join of all, any or some of them. */
function threeBranches(join: string): CoreSimulation {
  return simulate(
    `
    vars: { x: start }
    tasks:
      a: { action: work, next: { publish: { x: a, a: 1 }, do: j } }
      b: { action: work, next: { publish: { x: b, b: 1 }, do: j } }
      c: { action: work, next: { publish: { c: 1 }, do: j } }
      j: { action: echo, join: ${join}, input: { x: "{{ x }}", names: "{{ vars | keys | sort }}", ran: "{{ task | keys | sort }}" } }
    output: { j: "{{ task.j.result }}", x: "{{ x }}" }
    `,
    { answers: { a: () => held, b: () => held, c: () => held } },
  );
}

function arrive(execution: CoreSimulation, ...names: readonly string[]): CoreSimulation {
  for (const name of names) execution.answer(name, ok(1));
  return execution.runNow();
}

describe('a join of all', () => {
  it('waits for every task that leads to it', () => {
    const execution = arrive(threeBranches('all'), 'a', 'c');
    expect(execution.started).not.toContain('j');
    arrive(execution, 'b');
    expect(execution.started.filter((name) => name === 'j')).toHaveLength(1);
    expect(execution.outcome.status).toBe('succeeded');
  });

  it.each([
    ['a', 'b', 'c', 'b'],
    ['b', 'a', 'c', 'a'],
    ['c', 'b', 'a', 'a'],
    ['b', 'c', 'a', 'a'],
    ['a', 'c', 'b', 'b'],
    ['c', 'a', 'b', 'b'],
  ])(
    'knows what each branch published, of equal names the one written last: %s %s %s',
    (first, second, third, winner) => {
      const execution = arrive(threeBranches('all'), first, second, third);
      expect(execution.output).toEqual({
        j: { x: winner, names: ['a', 'b', 'c', 'x'], ran: ['a', 'b', 'c'] },
        x: winner,
      });
    },
  );

  it('counts tasks, not transitions', () => {
    const execution = simulate(
      `
      tasks:
        a: { action: work, next: [{ publish: { n: 1 }, do: j }, { publish: { m: 2 }, do: j }] }
        b: { action: work, next: { do: j } }
        j: { action: echo, join: all, input: { n: "{{ n }}", m: "{{ m }}" } }
      output: "{{ task.j.result }}"
      `,
      { answers: { b: () => held } },
    ).run();
    expect(execution.started).toEqual(['a', 'b']);
    arrive(execution, 'b');
    expect(execution.started).toEqual(['a', 'b', 'j']);
    expect(execution.output).toEqual({ n: 1, m: 2 });
  });

  it('is met by branches that failed on the way and went on', () => {
    const execution = simulate(
      `
      tasks:
        a: { action: work, next: { do: j } }
        b: { action: work, next: { do: j } }
        j: { action: echo, join: all, input: "{{ [task.a.status, task.b.status] }}" }
      output: "{{ task.j.result }}"
      `,
      { answers: { b: () => failed() } },
    ).run();
    expect(execution.outcome).toMatchObject({ status: 'succeeded', output: ['succeeded', 'failed'] });
  });
});

describe('old values', () => {
  it('never come back at a join: an inherited value does not win over a branch that wrote', () => {
    const text = `
      vars: { x: old }
      tasks:
        start: { action: echo, next: { publish: { x: before }, do: [writer, reader] } }
        writer: { action: work, next: { publish: { x: new }, do: j } }
        reader: { action: work, next: { publish: { read: "{{ x }}" }, do: j } }
        j: { action: echo, join: all, input: "{{ [x, read] }}" }
      output: { j: "{{ task.j.result }}", x: "{{ x }}" }
    `;
    for (const order of [
      ['writer', 'reader'],
      ['reader', 'writer'],
    ]) {
      const execution = simulate(text, { answers: { writer: () => held, reader: () => held } }).run();
      arrive(execution, ...order);
      expect(execution.output).toEqual({ j: ['new', 'before'], x: 'new' });
    }
  });

  it('never come back in the output, whichever branch ends last', () => {
    const execution = simulate(`
      vars: { x: old }
      tasks:
        writer: { action: work, next: { publish: { x: new } } }
        reader: { action: work, next: { do: later } }
        later: { action: work }
      output: "{{ x }}"
    `).run();
    expect(execution.output).toBe('new');
  });

  it('never come back through nested forks', () => {
    const execution = simulate(
      `
      vars: { x: old }
      tasks:
        s: { action: work, next: { do: [a, b] } }
        a: { action: work, next: { publish: { x: a }, do: [a1, a2] } }
        a1: { action: work, next: { publish: { x: a1 }, do: aj } }
        a2: { action: work, next: { do: aj } }
        aj: { action: work, join: all, next: { do: j } }
        b: { action: work, next: { do: j } }
        j: { action: echo, join: all, input: "{{ x }}" }
      output: "{{ task.j.result }}"
      `,
      { answers: { b: () => held } },
    ).run();
    arrive(execution, 'b');
    expect(execution.output).toBe('a1');
  });

  it('never come back where forks and joins cross each other', () => {
    const execution = simulate(
      `
      vars: { x: 0 }
      tasks:
        d: { action: work, next: { publish: { x: 1 }, do: [e, g] } }
        b: { action: work, next: { do: j1 } }
        e: { action: work, next: { do: j1 } }
        g: { action: work, next: { do: j2 } }
        j1: { action: work, join: all, next: { publish: { x: 2 }, do: j2 } }
        j2: { action: echo, join: all, input: "{{ x }}" }
      output: "{{ task.j2.result }}"
      `,
      { answers: { g: () => held } },
    ).run();
    arrive(execution, 'g');
    expect(execution.output).toBe(2);
  });

  it('never win over newer ones because their branch arrives last', () => {
    const execution = simulate(
      `
      tasks:
        early: { action: work, next: { publish: { x: early }, do: slow } }
        slow: { action: work, next: { do: j } }
        late: { action: work, next: { publish: { x: late }, do: j } }
        j: { action: echo, join: all, input: "{{ x }}" }
      output: "{{ task.j.result }}"
      `,
      { answers: { slow: () => held, late: () => held } },
    ).run();
    arrive(execution, 'late', 'slow');
    expect(execution.output).toBe('late');
  });
});

describe('a join of any', () => {
  it('fires with the first arrival alone and absorbs the others', () => {
    const execution = arrive(threeBranches('any'), 'b');
    expect(execution.state.visits.size).toBe(2);
    arrive(execution, 'c', 'a');
    expect(execution.started.filter((name) => name === 'j')).toHaveLength(1);
    expect(execution.output).toEqual({ j: { x: 'b', names: ['b', 'x'], ran: ['b'] }, x: 'a' });
  });
});

describe('a counted join', () => {
  it('fires once, with as many arrivals as it counts', () => {
    const execution = arrive(threeBranches('2'), 'c', 'b');
    expect(execution.started.at(-1)).toBe('j');
    arrive(execution, 'a');
    expect(execution.started.filter((name) => name === 'j')).toHaveLength(1);
    expect(execution.output).toEqual({ j: { x: 'b', names: ['b', 'c', 'x'], ran: ['b', 'c'] }, x: 'a' });
  });

  it('counts the tasks, so one that arrives twice is one', () => {
    const execution = simulate(
      `
      tasks:
        a: { action: work, next: [{ do: j }, { do: j }] }
        b: { action: work, next: { do: j } }
        c: { action: work, next: { do: j } }
        j: { action: echo, join: 2 }
      `,
      { answers: { b: () => held, c: () => held } },
    ).run();
    expect(execution.started).not.toContain('j');
    arrive(execution, 'c');
    expect(execution.started.at(-1)).toBe('j');
    arrive(execution, 'b');
    expect(execution.started.filter((name) => name === 'j')).toHaveLength(1);
    expect(execution.outcome.status).toBe('succeeded');
  });

  it('of one fires for the first and stays one', () => {
    const execution = arrive(threeBranches('1'), 'a', 'b', 'c');
    expect(execution.started.filter((name) => name === 'j')).toHaveLength(1);
  });
});

describe('a join inside a loop', () => {
  const loop = (join: string, branches: string): string => `
    vars: { n: 0 }
    tasks:
      start: { action: work, next: { do: round } }
      round: { action: work, next: { publish: { n: "{{ n + 1 }}" }, do: [${branches}] } }
      a: { action: work, next: { publish: { a: "{{ n }}" }, do: j } }
      b: { action: work, next: { publish: { b: "{{ n }}" }, do: j } }
      c: { action: work, next: { publish: { c: "{{ n }}" }, do: j } }
      j:
        action: work
        join: ${join}
        next: [{ when: "{{ n < 5 }}", do: round }, { when: "{{ n >= 5 }}", publish: { last: "{{ [a, b, n] }}" } }]
    output: "{{ last }}"
  `;

  it('of all fires once a round', () => {
    const execution = simulate(loop('all', 'a, b, c')).run();
    expect(execution.started.filter((name) => name === 'j')).toHaveLength(5);
    expect(execution.output).toEqual([5, 5, 5]);
  });

  it('with a count fires once a round, though a late arrival of each round is absorbed', () => {
    const execution = simulate(loop('2', 'a, b, c')).run();
    expect(execution.started.filter((name) => name === 'j')).toHaveLength(5);
    expect(execution.outcome).toMatchObject({ status: 'succeeded', output: [5, 5, 5] });
  });

  it('begins the next round when a task arrives again, even if one never came in the last', () => {
    const execution = simulate(loop('2', 'a, b')).run();
    expect(execution.started.filter((name) => name === 'j')).toHaveLength(5);
    expect(execution.outcome.status).toBe('succeeded');
  });
});

describe('a join that is not met', () => {
  it('fails the execution and names what is missing', () => {
    const execution = simulate(`
      tasks:
        a: { action: work, next: { publish: { a: 1 }, do: j } }
        b: { action: work, next: { when: "{{ 1 > 2 }}", do: j } }
        c: { action: work, next: { when: "{{ 1 > 2 }}", do: j } }
        j: { action: work, join: all }
      output: "{{ a }}"
    `).run();
    expect(execution.started).toEqual(['a', 'b', 'c']);
    expect(execution.outcome).toMatchObject({ status: 'failed', output: 1 });
    expect(execution.outcome.errors).toEqual([
      {
        ...{ code: 'JOIN_UNMET', task: 'j', details: { arrived: ['a'], missing: ['b', 'c'] } },
        message: 'the join of "j" was not met: 1 of 3 arrived, none came from "b", "c"',
      },
    ]);
  });

  it('is no failure when nobody arrived at all', () => {
    const execution = simulate(`
      tasks:
        a: { action: work, next: { when: "{{ 1 > 2 }}", do: j } }
        b: { action: work, next: { when: "{{ 1 > 2 }}", do: j } }
        j: { action: work, join: all }
    `).run();
    expect(execution.outcome.status).toBe('succeeded');
  });

  it('is no failure of an execution that was canceled, and its branches are part of the output', () => {
    const execution = simulate(
      `
      tasks:
        a: { action: work, next: { publish: { a: 1 }, do: j } }
        b: { action: work, next: { do: j } }
        j: { action: work, join: all }
      output: "{{ a }}"
      `,
      { answers: { b: () => held } },
    ).run();
    execution.cancel();
    execution.answer('b', ok(1));
    expect(execution.outcome).toMatchObject({ status: 'canceled', errors: [], output: 1 });
  });

  it('is told for every join', () => {
    const execution = simulate(`
      tasks:
        a: { action: work, next: { do: [k, j] } }
        b: { action: work, next: { when: "{{ 1 > 2 }}", do: [k, j] } }
        j: { action: work, join: all }
        k: { action: work, join: 2 }
    `).run();
    expect(execution.errorCodes).toEqual(['JOIN_UNMET', 'JOIN_UNMET']);
  });
});
