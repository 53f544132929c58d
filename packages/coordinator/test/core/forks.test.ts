import { describe, expect, it } from 'vitest';
import { ok, simulate } from '../core-simulation.ts';

describe('branches of a fork', () => {
  it('do not see what the others publish and whose tasks ran', () => {
    const execution = simulate(`
      vars: { x: start }
      tasks:
        a: { action: echo, next: { do: [b, c] } }
        b: { action: echo, next: { publish: { x: b, b: true }, do: b2 } }
        c: { action: echo, next: { publish: { x: c }, do: c2 } }
        b2: { action: echo, input: { x: "{{ x }}", c: "{{ task.c | default('unknown') }}" } }
        c2: { action: echo, input: { x: "{{ x }}", b: "{{ vars.b | default('unknown') }}" } }
      output: [ "{{ task.b2.result }}", "{{ task.c2.result }}" ]
    `).run();
    expect(execution.output).toEqual([
      { x: 'b', c: 'unknown' },
      { x: 'c', b: 'unknown' },
    ]);
  });

  it('leave to the output what was written last, whichever ends last', () => {
    const text = `
      vars: { x: start }
      tasks:
        b: { action: work, next: { publish: { x: b }, do: b2 } }
        b2: { action: work }
        c: { action: work, next: { publish: { x: c } } }
      output: "{{ x }}"
    `;
    const early = simulate(text);
    for (const name of ['b', 'c', 'b2']) early.answer(name, ok(1));
    expect(early.output).toBe('c');
    const late = simulate(text);
    for (const name of ['c', 'b', 'b2']) late.answer(name, ok(1));
    expect(late.output).toBe('b');
  });

  it('are not seen by the branch they came from, nor by its items', () => {
    const execution = simulate(`
      vars: { x: 0 }
      tasks:
        a: { action: echo, next: [{ do: list }, { publish: { x: 1 }, do: b }] }
        b: { action: echo }
        list: { with: { items: [1, 2], concurrency: 1 }, action: echo, input: { x: "{{ x }}", item: "{{ item }}" } }
      output: "{{ task.list.result }}"
    `).run();
    expect(execution.output).toEqual([
      { x: 0, item: 1 },
      { x: 0, item: 2 },
    ]);
  });
});

describe('a task without join that several lead to', () => {
  it('runs once per arrival, each with the knowledge of its branch', () => {
    const keys: string[] = [];
    const execution = simulate(
      `
      tasks:
        a: { action: echo, next: { publish: { from: a }, do: t } }
        b: { action: echo, next: { publish: { from: b }, do: t } }
        c: { action: echo, next: { publish: { from: c }, do: t } }
        t: { action: echo, input: { from: "{{ from }}" } }
      `,
      { answers: { t: ({ idempotencyKey, input }) => ok(keys.push(`${idempotencyKey} ${JSON.stringify(input)}`)) } },
    ).run();
    expect(execution.started).toEqual(['a', 'b', 'c', 't', 't', 't']);
    expect(keys).toEqual(['x/t/1 {"from":"a"}', 'x/t/2 {"from":"b"}', 'x/t/3 {"from":"c"}']);
  });

  it('runs once per transition of one task that leads to it', () => {
    const execution = simulate(`
      tasks:
        a: { action: echo, next: [{ publish: { n: 1 }, do: t }, { publish: { n: 2 }, do: t }] }
        t: { action: echo, input: { n: "{{ n }}" } }
    `).run();
    expect(execution.started).toEqual(['a', 't', 't']);
  });

  it('multiplies what follows it', () => {
    const execution = simulate(`
      tasks:
        a: { action: echo, next: { do: [b, c] } }
        b: { action: echo, next: { do: d } }
        c: { action: echo, next: { do: d } }
        d: { action: echo, next: { do: [e, f] } }
        e: { action: echo, next: { do: g } }
        f: { action: echo, next: { do: g } }
        g: { action: echo }
    `).run();
    expect(execution.started.filter((name) => name === 'g')).toHaveLength(4);
  });
});
