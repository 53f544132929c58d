import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateDefinition } from '../read/read-workflow.ts';

const task = { name: 'a', input: {}, next: [] };
const definition = { format: 1, name: 'flow', input: {}, vars: {}, tasks: { a: task } };

function foundIn(value: unknown): readonly string[] {
  return validateDefinition(value).map(({ code, path }) => `${code} ${path}`);
}

function foundInTask(changes: object): readonly string[] {
  return foundIn({ ...definition, tasks: { a: { ...task, ...changes } } });
}

describe('a definition from code', { timeout: 60_000 }, () => {
  it('may have members that are undefined', () => {
    expect(
      foundInTask({ action: undefined, with: undefined, next: [{ when: undefined, publish: [], do: ['noop'] }] }),
    ).toEqual([]);
  });

  it.each([undefined, null, 1, 'text', [], () => 1, new Date(0), new Map()].map((value) => [value]))(
    'is not %s',
    (value) => {
      expect(validateDefinition(value).map(({ code }) => code)).toEqual([
        expect.stringMatching(/^(WRONG_TYPE|NOT_JSON)$/),
      ]);
    },
  );

  it.each([
    [{}, ['format', 'name', 'input', 'vars', 'tasks'].map(() => 'MISSING_KEY ')],
    [{ ...definition, format: 2 }, ['WRONG_TYPE format']],
    [{ ...definition, extra: 1 }, ['UNKNOWN_KEY extra']],
    [{ ...definition, input: { a: 1 } }, ['WRONG_TYPE input.a']],
    [{ ...definition, input: { a: {} } }, ['MISSING_KEY input.a']],
    [{ ...definition, tasks: [] }, ['WRONG_TYPE tasks']],
    [{ ...definition, tasks: { a: { ...task, name: 'b' } } }, ['WRONG_VALUE tasks.a.name']],
    [{ ...definition, tasks: {} }, ['NO_TASKS tasks']],
  ])('of the shape %j is refused', (value, expected) => {
    expect(foundIn(value)).toEqual(expected);
  });

  it.each([
    [{ action: 1 }, ['WRONG_TYPE tasks.a.action']],
    [{ timeout: '1s' }, ['UNKNOWN_KEY tasks.a.timeout']],
    [{ timeoutMs: true }, ['WRONG_TYPE tasks.a.timeoutMs']],
    [{ timeoutMs: 0 }, ['OUT_OF_RANGE tasks.a.timeoutMs']],
    [{ join: 'some' }, ['WRONG_TYPE tasks.a.join']],
    [{ with: { items: [] } }, ['MISSING_KEY tasks.a.with']],
    [{ action: 'x', with: { items: 5, concurrency: 1 } }, ['NOT_A_LIST tasks.a.with.items']],
    [{ retry: { count: 1 } }, ['MISSING_KEY tasks.a.retry', 'MISSING_KEY tasks.a.retry', 'MISSING_KEY tasks.a.retry']],
    [{ retry: { count: 1, delayMs: 0, backoff: 'x', jitter: 0 } }, ['WRONG_TYPE tasks.a.retry.backoff']],
    [{ next: {} }, ['WRONG_TYPE tasks.a.next']],
    [{ next: [{ publish: {}, do: 'b' }] }, ['WRONG_TYPE tasks.a.next[0].publish', 'WRONG_TYPE tasks.a.next[0].do']],
    [{ next: [{ publish: [['x']], do: [] }] }, ['WRONG_TYPE tasks.a.next[0].publish[0]']],
    [{ next: [{ publish: [], do: [] }] }, ['EMPTY_TRANSITION tasks.a.next[0]']],
    [{ input: { x: '{{ nope }}' } }, ['UNKNOWN_NAME tasks.a.input.x']],
    [{ input: { x: '{{' } }, ['EXPRESSION_SYNTAX tasks.a.input.x']],
    [{ next: [{ publish: [['item', 1]], do: [] }] }, ['RESERVED_NAME tasks.a.next[0].publish[0][0]']],
  ])('with the task %j is refused', (changes, expected) => {
    expect(foundInTask(changes)).toEqual(expected);
  });

  it('holds JSON alone', () => {
    expect(foundInTask({ input: { x: [undefined, 1n] } })).toEqual(['NOT_JSON tasks.a.input.x[1]']);
    expect(foundInTask({ input: { x: new (class Own {})() } })).toEqual(['NOT_JSON tasks.a.input.x']);
    expect(foundInTask({ input: JSON.parse('{"x":{"__proto__":1}}') as unknown })).toEqual([
      'NOT_JSON tasks.a.input.x',
    ]);
  });

  it('may share values, but not contain itself', () => {
    const shared = { text: '{{ execution.id }}' };
    expect(foundInTask({ input: { a: shared, b: [shared, shared] } })).toEqual([]);
    const circular: unknown[] = [];
    circular.push({ circular });
    expect(foundInTask({ input: circular })).toEqual(['NOT_JSON tasks.a.input[0].circular']);
  });

  it('that shares values without end is looked at once', () => {
    let value: unknown = '{{ nope }}';
    for (let level = 0; level < 80; level += 1) value = [value, value];
    expect(foundInTask({ input: value })).toHaveLength(2);
  });

  it('that is nested too deeply is refused', () => {
    let value: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) value = [value];
    expect(validateDefinition({ ...definition, vars: { deep: value } }).map(({ code }) => code)).toEqual(['NOT_JSON']);
  });

  it('that is nested too deeply by what it shares is refused', () => {
    const levels: unknown[][] = [[]];
    for (let level = 1; level < 100_000; level += 1) levels.push([levels[level - 1]]);
    for (const deep of [levels, [...levels].reverse()]) {
      expect(validateDefinition({ ...definition, vars: { deep } }).map(({ code }) => code)).toEqual(['NOT_JSON']);
    }
  });

  it('is never answered by an exception', () => {
    const scalar = fc.oneof(
      fc.constantFrom<unknown>('{{ x }}', 'a', null, undefined, -1, 1.5, Number.NaN, true),
      fc.string(),
    );
    const anything = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom('name', 'next', 'do', 'publish', 'with', 'items', 'retry', 'when', 'schema', 'a'),
          tie('value'),
          { maxKeys: 4 },
        ),
      ),
    })).value;
    fc.assert(
      fc.property(
        fc.record({
          input: anything,
          vars: anything,
          tasks: fc.dictionary(fc.constant('a'), anything),
          output: anything,
        }),
        (parts) => {
          const issues = validateDefinition({ ...definition, ...parts });
          expect(issues.every(({ code, message }) => code !== '' && message !== '')).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
