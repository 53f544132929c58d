import { describe, expect, it } from 'vitest';
import { yaml } from '../../test/found-issues.ts';
import type { WorkflowDefinition } from '../definition.ts';
import { parseWorkflow } from '../read/read-workflow.ts';
import { formatWorkflow } from './format-workflow.ts';

function read(text: string): WorkflowDefinition {
  return parseWorkflow(text, { file: 'flow.yaml' });
}

const native = yaml`
  weftline: 1
  name: everything
  description: "two\nlines: with # signs"
  input:
    url: { type: string, required: true, description: where, pattern: '^h' }
    limit: 10
    options: { default: { type: string } }
    any: null
    key: { secret: true }
  vars: { n: '007', t: "true", list: [1, 'a: b', { c: null }], text: ' {{ input.limit }} ' }
  tasks:
    a:
      action: x
      input: { '1': one, deep: [{ y: "{{ input.url }}" }] }
      when: "{{ input.limit > 1 }}"
      timeout: 1500ms
      delay: 2s
      retry: { count: 3, delay: 250ms, backoff: exponential, max_delay: 1m, jitter: 0.5, when: failed() }
      next:
        - { when: succeeded(), publish: [{ r: 1 }, { r: "{{ result() }}" }], do: [b, c] }
        - { otherwise: true, publish: { e: "{{ error() }}" }, do: fail }
    b:
      action: x
      with:
        items: "{{ vars.list }}"
        as: [k, v]
        concurrency: "{{ 1 + 1 }}"
        batch: { size: 2, bytes: 100, wait: 5s }
        rate: { limit: 3, per: 1m }
        tolerate: 5%
        on_failure: stop
        continue_when: "{{ attempt == 1 }}"
        fail_when: "{{ timed_out() }}"
        collect: failed
      retry: { count: 1, scope: task }
      next: d
    c: { action: x, with: { from: { action: y, input: { z: 1 } }, reduce: { initial: [], value: "{{ acc + [result] }}" } }, next: d }
    d: { join: all, input: "{{ input }}" }
  output: ["{{ vars.n }}"]
`;

const orquesta = yaml`
  version: 1.0
  input: [xs, { limit: 5 }, { both: <% ctx(limit) + 1 %> }]
  vars: [{ env: prod }]
  tasks:
    a:
      action: x message="hi <% ctx(env) %>"
      delay: 3
      next: [{ when: <% succeeded() %>, publish: 'r=1 s="<% result() %>"', do: "b, c" }]
    b: { action: x, with: { items: "i, j in <% ctx(xs) %>", concurrency: 2 }, input: { k: <% item(i) %> }, next: [{ do: d }] }
    c: { retry: { count: 2, delay: 1, when: <% failed() %> }, next: [{ do: [d, noop] }, { when: <% failed() %> }] }
    d: { join: all }
  output: [{ z: <% ctx(r) %> }, { y: <% ctx(z) %> }]
`;

const attune = yaml`
  version: 1.0.0
  ref: pack.flow
  parameters: { xs: { type: array, required: true, default: [1] }, key: { type: string, secret: true } }
  vars: { text: 'a {{ b }}' }
  tasks:
    - { name: a, action: x, when: "{{ true }}", publish: [all], decision: [{ when: "{{ true }}", next: p }, { default: true, next: b }] }
    - { name: p, type: parallel, tasks: [{ name: p1, action: x }, { name: p2, action: x, retry: { count: 1 } }], on_success: b }
    - { name: b, action: x, with_items: "{{ parameters.xs }}", batch_size: 3, timeout: 60, on_timeout: c }
    - { name: c, action: x, input: { y: "{{ keystore.z }}" } }
  output_map: { all: "{{ workflow.all }}" }
`;

/** Without the blanks that stand for the names of items. */
function trimmed({ tasks, ...definition }: WorkflowDefinition): unknown {
  const entries = Object.values(tasks).map(({ with: items, ...task }) => ({
    ...task,
    ...(items === undefined
      ? {}
      : { with: { ...items, items: typeof items.items === 'string' ? items.items.trim() : items.items } }),
  }));
  return { ...definition, tasks: entries };
}

describe('a definition as native YAML', () => {
  it.each([
    ['native', native],
    ['Orquesta', orquesta],
    ['Attune', attune],
  ])('is read as the definition it was written from: %s', (_, text) => {
    const definition = read(text);
    const written = formatWorkflow(definition);
    expect(written).toMatch(/^weftline: 1\n/);
    const again = read(written);
    expect(trimmed(again)).toEqual(trimmed(definition));
    expect(Object.keys(again.vars)).toEqual(Object.keys(definition.vars));
    expect(formatWorkflow(again)).toBe(written);
  });

  it('says no more than needs to be said', () => {
    expect(formatWorkflow(read('weftline: 1\nname: x\ntasks: { a: { retry: 2, next: b }, b: {} }'))).toBe(
      'weftline: 1\nname: x\ntasks:\n  a:\n    retry:\n      count: 2\n    next:\n      - do:\n          - b\n  b: {}\n',
    );
  });
});
