import { parseWorkflow, type WorkflowDefinition } from '@weftline/graph';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEngine, type EngineOptions } from './create-engine.ts';
import type { ExecutionOutcome } from './engine.ts';
import { freezeValue } from './freeze-values.ts';

function workflow(text: string): WorkflowDefinition {
  return parseWorkflow(`weftline: 1\nname: frozen\n${text}`, { file: 'frozen.yaml' });
}

const sharing = workflow(`
input: { rows: [] }
tasks:
  a: { action: change, input: { rows: "{{ input.rows }}" }, next: [{ when: "{{ completed() }}", do: b }] }
  b: { action: core.echo, input: { rows: "{{ input.rows }}" } }
output: { a: "{{ task.a.error.message if task.a.error else null }}", rows: "{{ task.b.result.rows }}" }
`);

async function outcomeOf(
  definition: WorkflowDefinition,
  options: EngineOptions,
  input: Record<string, unknown> = {},
): Promise<ExecutionOutcome> {
  const engine = createEngine(options);
  onTestFinished(() => engine.close());
  return (await engine.start(definition, { input })).outcome();
}

const change = ({ rows }: { rows: unknown[] }): unknown => rows.push('changed');

describe('freezeValue', () => {
  it('freezes lists and plain objects throughout, and answers them', () => {
    const value = {
      a: [{ b: [1, { c: null }] }],
      d: 'text',
      e: Object.assign(Object.create(null) as object, { f: [] }),
    };
    expect(freezeValue(value)).toBe(value);
    expect([value, value.a, value.a[0], value.a[0]?.b, value.a[0]?.b[1], value.e].map(Object.isFrozen)).not.toContain(
      false,
    );
    expect(Object.isFrozen((value.e as unknown as { f: object }).f)).toBe(true);
  });

  it('leaves alone what is no JSON, which may be meant to change', () => {
    const [date, map, bytes] = [new Date(0), new Map(), new Uint8Array(2)];
    freezeValue({ date, map, bytes });
    for (const value of [date, map, bytes]) expect(Object.isFrozen(value)).toBe(false);
    for (const value of [1, 'text', null, undefined, true]) expect(freezeValue(value)).toBe(value);
  });

  it('does not walk what is frozen already', () => {
    const inner = {};
    const outer = Object.freeze({ inner });
    freezeValue([outer]);
    expect(Object.isFrozen(inner)).toBe(false);
  });

  it('stands values of any depth, and values that contain themselves', () => {
    const bottom: unknown[] = [];
    let deep: unknown[] = bottom;
    for (let level = 0; level < 200_000; level += 1) deep = [deep];
    freezeValue(deep);
    expect(Object.isFrozen(bottom)).toBe(true);
    const cycle: unknown[] = [];
    cycle.push(cycle, bottom);
    freezeValue(cycle);
    expect(Object.isFrozen(cycle)).toBe(true);
  });
});

describe('an action that changes what it was given', () => {
  it('changes what others see, unless values are frozen', async () => {
    const { output } = await outcomeOf(sharing, { actions: { change } }, { rows: [1] });
    expect(output).toEqual({ a: null, rows: [1, 'changed'] });
  });

  it('fails where values are frozen, and nobody sees a change', async () => {
    const { output } = await outcomeOf(sharing, { actions: { change }, freezeValues: true }, { rows: [1] });
    expect(output).toEqual({ a: expect.stringMatching(/not extensible/) as string, rows: [1] });
  });

  it('fails too where the value came out of an expression or is an item', async () => {
    const definition = workflow(`
vars: { made: ["{{ [0] }}", "{{ [1] }}", "{{ range(2) }}"] }
tasks:
  each: { with: { items: "{{ made }}" }, action: change, input: {} }
output: "{{ made }}"
`);
    const changeItem = (_input: object, { item }: { item?: unknown }): unknown => (item as unknown[]).push('changed');
    const { status, output } = await outcomeOf(definition, { actions: { change: changeItem }, freezeValues: true });
    expect([status, output]).toEqual(['failed', [[0], [1], [0, 1]]]);
  });

  it('cannot change its result later, nor the caller what was handed in', async () => {
    const result = { rows: [1] };
    const later = async (): Promise<unknown> => result;
    const input = { rows: [[1]] };
    await outcomeOf(sharing, { actions: { change: later }, freezeValues: true }, input);
    expect(() => result.rows.push(2)).toThrow(TypeError);
    expect(() => input.rows[0]?.push(2)).toThrow(TypeError);
    expect(Object.isFrozen(sharing.tasks)).toBe(true);
  });
});
