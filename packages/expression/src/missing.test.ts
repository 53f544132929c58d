import { describe, expect, it } from 'vitest';
import { evaluate, fault } from './evaluate.test-support.ts';

const values = {
  item: { value: 1 },
  none: null,
  list: [1, 2, 3],
  text: 'abc',
  count: 7,
  vars: { currency: 'EUR', rows: [] },
  task: { build: { result: { ok: true }, status: 'succeeded' }, 'read-lines': {} },
};

describe('what is missing', () => {
  /** Expression, what the error points at, what it suggests. */
  const errors: [string, string, string | undefined][] = [
    ['nope', 'nope', undefined],
    ['itm', 'itm', 'item'],
    ['curency', 'curency', 'currency'],
    ['taks', 'taks', 'task'],
    ['failed', 'failed', 'failed()'],
    ['item.valeu', 'valeu', 'value'],
    ['item.value.x', 'x', undefined],
    ['none.x', 'x', 'none?.x'],
    ['none[0]', '0', undefined],
    ['none[1:]', 'none[1:]', undefined],
    ['count[0]', '0', undefined],
    ['list.length', 'length', 'list | length'],
    ['text.size', 'size', 'text | length'],
    ['list.name', 'name', undefined],
    ["list['0']", "'0'", undefined],
    ['list[text]', 'text', undefined],
    ['list[3]', '3', undefined],
    ['list[-4]', '-4', undefined],
    ['text[3]', '3', undefined],
    ["item['valeu']", "'valeu'", 'value'],
    ["item['va' ~ 'leu']", "'va' ~ 'leu'", 'value'],
    ['vars.curency', 'curency', 'currency'],
    ["vars['curency']", "'curency'", 'currency'],
    ['task.biuld.result', 'biuld', 'build'],
    ['task.build.reslt', 'reslt', 'result'],
    ['input.x', 'x', undefined],
    ['error()', 'error()', undefined],
    ['[1, nope]', 'nope', undefined],
    ["{'a': nope}", 'nope', undefined],
    ['nope + 1', 'nope', undefined],
    ['nope and 1', 'nope', undefined],
    ['1 if nope else 2', 'nope', undefined],
    ['nope | upper', 'nope', undefined],
    ['item?.a.b', 'b', 'item?.a?.b'],
    ['list[nope]', 'nope', undefined],
    ['(nope + 1) | default(2)', 'nope', undefined],
    ['list[nope] | default(2)', 'nope', undefined],
    ["'a' | default(1) ~ nope", 'nope', undefined],
    ['none ?? nope', 'nope', undefined],
    ['nope | default(nope2)', 'nope2', undefined],
  ];

  it.each(errors)('%s', (text, at, suggestion) => {
    expect(fault(text, values)).toMatchObject({ code: 'EXPRESSION_UNDEFINED', at, suggestion });
  });

  it('is explained by what is there', () => {
    expect(fault('task.build.nope', values).message).toBe(
      '`nope` is missing in `task.build`. It has `result`, `status`.',
    );
    expect(fault('task.nope', values).message).toContain('`build`, `read-lines`');
    expect(fault('none.x', values).message).toContain('`none` is null');
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`key${index}`, index]));
    expect(fault('many.x', { many }).message).toContain('and 42 more');
  });

  it('is caught by `default`, `??`, `?.` and `is defined` anywhere on the path', () => {
    for (const path of [
      'nope',
      'nope.a.b',
      'item.a.b',
      'none.a',
      'list[9].x',
      "vars['nope'].x",
      'task.nope.result[0]',
      'text.x',
      'list.x',
      'error().message',
      'nope[0][1:]',
      'nope[:2]',
      'nope | first',
      '(nope)',
      'nope if true else 1',
      'first([]).x',
    ]) {
      expect(evaluate(`(${path}) | default(5)`, values), path).toBe(5);
      expect(evaluate(`(${path}) ?? 5`, values), path).toBe(5);
      expect(evaluate(`(${path})?.x`, values), path).toBe(null);
      expect(evaluate(`(${path}) is defined`, values), path).toBe(false);
      expect(evaluate(`coalesce(${path}, 5)`, values), path).toBe(5);
    }
  });

  it('does not make an error of types harmless', () => {
    for (const text of [
      'list[true] ?? 1',
      'item[0] | default(1)',
      'count[1:] ?? 1',
      '(count | upper) ?? 1',
      "1 + 'a' ?? 1",
    ]) {
      expect(fault(text, values).code, text).toBe('EXPRESSION_TYPE');
    }
  });

  it('is what a scope answers with undefined, not with null, false, 0 or empty text', () => {
    for (const present of [null, false, 0, '', [], {}]) {
      expect(evaluate('present is defined', { present })).toBe(true);
      expect(evaluate('present', { present })).toBe(present);
      expect(evaluate('input.x', { input: { x: present } })).toBe(present);
    }
    expect(fault('map.x', { map: { x: undefined } }).code).toBe('EXPRESSION_UNDEFINED');
  });
});
