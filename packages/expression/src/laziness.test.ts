import { describe, expect, it } from 'vitest';
import { contextFunctions } from './evaluate.test-support.ts';
import type { Scope } from './scope.ts';
import { compileTemplate } from './template.ts';

/** A scope that writes down what it is asked. */
function recordingScope(): { scope: Scope; asked: string[] } {
  const asked: string[] = [];
  const scope: Scope = {
    resolve(name) {
      asked.push(name);
      return name === 'missing' ? undefined : { value: 1, list: [{ x: 1 }], zero: 0 };
    },
    lookup(namespace, key) {
      asked.push(`${namespace}.${key}`);
      return key === 'missing' ? undefined : { result: { name: 'n' }, zero: 0 };
    },
    call(name, args) {
      asked.push(`${name}(${args.length})`);
      return true;
    },
  };
  return { scope, asked };
}

describe('a scope', () => {
  const cases: [unknown, string[]][] = [
    ['no expression', []],
    ['{{ 1 + 1 }}', []],
    ['{{ task.a.result.name }}', ['task.a']],
    ["{{ task['a'].result.name ~ item.value }}", ['task.a', 'item']],
    ["{{ task['a' ~ ''].result.name }}", ['task.a']],
    ['{{ item.value or vars.b }}', ['item']],
    ['{{ item.zero and vars.b }}', ['item']],
    ['{{ vars.a if item.zero else vars.b }}', ['item', 'vars.b']],
    ['{{ item.value ? vars.a : vars.b }}', ['item', 'vars.a']],
    ['{{ item.value ?? vars.b }}', ['item']],
    ['{{ item.value | default(vars.b) }}', ['item']],
    ['{{ vars.missing | default(vars.b) }}', ['vars.missing', 'vars.b']],
    ['{{ missing?.x }}', ['missing']],
    ['{{ vars.missing is defined }}', ['vars.missing']],
    ['{{ coalesce(vars.a, vars.b, vars.c) }}', ['vars.a']],
    ["{{ item.list | map('default', vars.b) | length }}", ['item', 'vars.b']],
    ["{{ item.list | map(attribute='x') | select('>', item.zero) }}", ['item', 'item']],
    ['{{ failed() and succeeded(1) }}', ['failed(0)', 'succeeded(1)']],
    [{ a: '{{ item.value }}', b: ['{{ vars.x }}', 'fixed'] }, ['item', 'vars.x']],
  ];

  it.each(cases)('is asked only for what %j reads', (value, expected) => {
    const { scope, asked } = recordingScope();
    compileTemplate(value, { contextFunctions: [...contextFunctions, 'succeeded'] }).render(scope);
    expect(asked).toEqual(expected);
  });

  it('is asked nothing at load', () => {
    const { scope, asked } = recordingScope();
    const template = compileTemplate('{{ item.value }}');
    expect(asked).toEqual([]);
    template.render(scope);
    template.render(scope);
    expect(asked).toEqual(['item', 'item']);
  });
});
