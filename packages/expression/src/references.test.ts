import { describe, expect, it } from 'vitest';
import { contextFunctions } from './evaluate.test-support.ts';
import { compileText } from './template.ts';

/** References as `kind:text in the source`, with a question mark when they are guarded. */
function references(text: string): string[] {
  return compileText(text, { contextFunctions }).references.map(({ kind, name, key, start, end, guarded }) => {
    const spelled = kind === 'member' ? `${name}.${key ?? '*'}` : name;
    return `${spelled}${guarded === true ? '?' : ''} @ ${text.slice(start, end)}`;
  });
}

describe('references', () => {
  const cases: [string, string[]][] = [
    ['{{ 1 + 2 }} text', []],
    ['{{ item }}', ['item @ item']],
    ['{{ item.value.x }}', ['item @ item']],
    ['{{ task.build.result.x }}', ['task.build @ task.build']],
    ["{{ task['read-lines'].result }}", ["task.read-lines @ task['read-lines']"]],
    ['{{ (task).build }}', ['task.build @ (task).build']],
    ['{{ task[item.name].x }}', ['task.* @ task[item.name]', 'item @ item']],
    ['{{ vars }}', ['vars @ vars']],
    ['{{ vars | keys }}', ['vars @ vars']],
    ['{{ vars[1:] }}', ['vars @ vars']],
    ['{{ failed() }}', ['failed @ failed']],
    ['{{ echo(a, vars.b, f.c) }}', ['echo @ echo', 'a @ a', 'vars.b @ vars.b', 'f @ f']],
    ['{{ a }} and {{ b }}', ['a @ a', 'b @ b']],
    ['{{ a | replace(b, vars.c) }}', ['a @ a', 'b @ b', 'vars.c @ vars.c']],
    ["{{ a | map('replace', b, c) }}", ['a @ a', 'b @ b', 'c @ c']],
    ["{{ a | selectattr('x', 'in', b) }}", ['a @ a', 'b @ b']],
    ['{{ join(separator=s, value=v) }}', ['s @ s', 'v @ v']],
    ['{{ [a, {b: c}] }}'.replace('b:', '(b):'), ['a @ a', 'b @ b', 'c @ c']],
    ['{{ a if b else c ? d : e }}', ['a @ a', 'b @ b', 'c @ c', 'd @ d', 'e @ e']],
    ['{{ a[b:c] and not -d or e is match(f) }}', ['a @ a', 'b @ b', 'c @ c', 'd @ d', 'e @ e', 'f @ f']],
    ['{{ a ** b ~ c in d }}', ['a @ a', 'b @ b', 'c @ c', 'd @ d']],
    ['{{ a | default(b) }}', ['a? @ a', 'b @ b']],
    ['{{ default(vars.a.b, vars.c) }}', ['vars.a? @ vars.a', 'vars.c @ vars.c']],
    ['{{ a ?? vars.b ?? c }}', ['a? @ a', 'vars.b? @ vars.b', 'c @ c']],
    ['{{ coalesce(a, b) }}', ['a? @ a', 'b @ b']],
    ['{{ a?.b }}', ['a? @ a']],
    ['{{ vars?.b }}', ['vars.b? @ vars?.b']],
    ["{{ vars?.['b'] }}", ["vars.b? @ vars?.['b']"]],
    ['{{ a.b | upper | default(c) }}', ['a? @ a', 'c @ c']],
    ['{{ a[b] | default(1) }}', ['a? @ a', 'b @ b']],
    ['{{ (a + 1) | default(1) }}', ['a @ a']],
    ['{{ error() | default(1) }}', ['error? @ error']],
    ['{{ (a if b else c) ?? 1 }}', ['a? @ a', 'b @ b', 'c? @ c']],
    ['{{ a is defined }}', ['a? @ a']],
    ['{{ vars.a.b is not defined or vars.c }}', ['vars.a? @ vars.a', 'vars.c @ vars.c']],
    ['{{ vars.a if vars.a is defined else vars.b }}', ['vars.a? @ vars.a', 'vars.a? @ vars.a', 'vars.b @ vars.b']],
    ['{{ a if a is defined else 1 }} {{ a }}', ['a? @ a', 'a? @ a', 'a @ a']],
    ['{{ a | default(a) }}', ['a? @ a', 'a @ a']],
  ];

  it.each(cases)('%s', (text, expected) => {
    expect(references(text)).toEqual(expected);
  });

  it('cannot be changed by those who read them', () => {
    const { references: found } = compileText('{{ a }}');
    expect(Object.isFrozen(found)).toBe(true);
  });
});
