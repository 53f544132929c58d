// Workflows and actions that several tests run.

/** Doubles a list of numbers and adds them up. */
export const doubling = `weftline: 1
name: doubling
input:
  numbers: { type: array, required: true }
tasks:
  double:
    with: "{{ input.numbers }}"
    action: test.double
    input: { n: "{{ item }}" }
    next: { do: add }
  add:
    action: test.add
    input: { values: "{{ task.double.result }}" }
output: { total: "{{ task.add.result }}" }
`;

/** Works on 200 items, ten at a time, and writes down each call. */
export const slow = `weftline: 1
name: slow
input:
  calls: { type: string, required: true }
  pause_ms: 20
  count: 200
tasks:
  work:
    with: { items: "{{ range(input.count) }}", concurrency: 10 }
    action: test.work
    input: { calls: "{{ input.calls }}", pause_ms: "{{ input.pause_ms }}" }
output: "{{ task.work.result }}"
`;

/** One attempt that never ends by itself and does not listen to its signal when it is deaf. */
export const stuck = `weftline: 1
name: stuck
input: { deaf: false }
tasks:
  wait: { action: test.wait, input: { deaf: "{{ input.deaf }}" } }
`;

export const actions = `
import { appendFileSync } from 'node:fs';

export const actions = {
  'test.double': ({ n }) => n * 2,
  'test.add': ({ values }) => values.reduce((sum, value) => sum + value, 0),
  'test.fail': () => { throw Object.assign(new Error('it \\u001b[31mcannot\\nwork'), { code: 'NOPE' }); },
  'test.print': () => { console.log('printed'); console.error('complained'); return null; },
  async 'test.work'({ calls, pause_ms }, { index, attempt }) {
    appendFileSync(calls, index + ':' + attempt + '\\n');
    await new Promise((resolve) => setTimeout(resolve, pause_ms));
    return index;
  },
  'test.wait': ({ deaf }, { signal }) =>
    new Promise((_, reject) => {
      setInterval(() => undefined, 1000);
      if (!deaf) signal.addEventListener('abort', () => reject(signal.reason));
    }),
};
`;
