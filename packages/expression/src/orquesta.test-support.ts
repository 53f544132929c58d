import { faultOf } from './evaluate.test-support.ts';
import type { Fault } from './evaluate.test-support.ts';
import { scopeOf } from './scope.ts';
import type { Scope } from './scope.ts';
import { compileText } from './template.ts';

export const variables: Readonly<Record<string, unknown>> = {
  a: 5,
  b: 2,
  none: null,
  text: 'Hello World',
  list: [3, 1, 2],
  map: { k: 1, z: 's' },
  rows: [
    { name: 'x', age: 3, active: true, tags: ['p', 'q'] },
    { name: 'y', age: 1, active: false, tags: [] },
    { name: 'z', age: 3, active: true, tags: ['p'] },
  ],
};

/** The scope of a task behind which a transition stands: variables, an item, tasks and the outcome. */
export function orquestaScope(vars: Readonly<Record<string, unknown>> = variables): Scope {
  const answers = new Map<string, unknown>([
    ['succeeded', true],
    ['failed', false],
    ['completed', true],
    ['result', { items: [1, 2], name: 'r' }],
  ]);
  const task = {
    done: { status: 'succeeded', result: { status: 'inner', body: 3 }, error: null, attempts: 1 },
    late: { status: 'timed-out', result: null, error: { message: 'too late' }, attempts: 2 },
  };
  return { ...scopeOf({ vars, item: { x: 4, y: 'q' }, task }), call: (name) => answers.get(name) };
}

/** The value of a text in Orquesta's languages. */
export function orquesta(text: string, vars?: Readonly<Record<string, unknown>>): unknown {
  return compileText(text, { language: 'orquesta' }).render(orquestaScope(vars));
}

/** The value of a YAQL expression without its delimiters. */
export function yaql(expression: string, vars?: Readonly<Record<string, unknown>>): unknown {
  return orquesta(`<% ${expression} %>`, vars);
}

export function orquestaFault(text: string, vars?: Readonly<Record<string, unknown>>): Fault {
  return faultOf(() => orquesta(text, vars));
}
