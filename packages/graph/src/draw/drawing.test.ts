import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { yaml } from '../../test/found-issues.ts';
import { createGraph, type WorkflowGraph } from '../graph.ts';
import { parseWorkflow } from '../read/read-workflow.ts';
import { toDot } from './to-dot.ts';
import { toMermaid } from './to-mermaid.ts';

const graph = createGraph(
  parseWorkflow(
    yaml`
      weftline: 1
      name: report
      tasks:
        end:
          action: core.http
          next:
            - { when: '{{ succeeded() and "a|b" != "\n" }}', do: [graph, done] }
            - { when: failed(), do: [fail, retry] }
        graph: { action: x, with: [1], next: done }
        done: { join: all }
    `,
    { file: 'flow.yaml' },
  ),
);

/** One transition with a condition that nobody has looked at. */
function graphWith(when: string): WorkflowGraph {
  const tasks = {
    a: { name: 'a', input: {}, next: [{ when, publish: [], do: ['b'] }] },
    b: { name: 'b', input: {}, next: [] },
  };
  return createGraph({ format: 1, name: 'flow', input: {}, vars: {}, tasks });
}

describe('a drawing', { timeout: 60_000 }, () => {
  it('in Mermaid marks iterations, joins, commands and conditions', () => {
    expect(toMermaid(graph)).toBe(
      [
        'flowchart TD',
        '  t0["end<br/>core.http"]',
        '  t1[["graph<br/>x<br/>for each item"]]',
        '  t2{{"done<br/>join all"}}',
        '  c_fail(["fail"])',
        '  c_retry(["retry"])',
        '  t0 -->|"succeeded() and #34;a#124;b#34; != #34;#92;n#34;"| t1',
        '  t0 -->|"succeeded() and #34;a#124;b#34; != #34;#92;n#34;"| t2',
        '  t0 -->|"failed()"| c_fail',
        '  t0 -->|"failed()"| c_retry',
        '  t1 --> t2',
        '',
      ].join('\n'),
    );
  });

  it('in DOT marks the same', () => {
    expect(toDot(graph)).toBe(
      [
        'digraph "report" {',
        '  rankdir=TB;',
        '  node [fontname="sans-serif"];',
        '  t0 [label="end\\ncore.http", shape=box];',
        '  t1 [label="graph\\nx\\nfor each item", shape=box, peripheries=2];',
        '  t2 [label="done\\njoin all", shape=hexagon];',
        '  c_fail [label="fail", shape=oval];',
        '  c_retry [label="retry", shape=oval];',
        String.raw`  t0 -> t1 [label="succeeded() and \"a|b\" != \"\\n\""];`,
        String.raw`  t0 -> t2 [label="succeeded() and \"a|b\" != \"\\n\""];`,
        '  t0 -> c_fail [label="failed()"];',
        '  t0 -> c_retry [label="failed()"];',
        '  t1 -> t2;',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('cuts long conditions', () => {
    const line = toDot(graphWith(`{{ ${'x'.repeat(500)} }}`))
      .split('\n')
      .at(-3);
    expect(line).toBe(`  t0 -> t1 [label="${'x'.repeat(79)}…"];`);
  });

  it('lets no condition out of its label', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.constantFrom('"', '\\', '\n', '|', ']', '#', ';', '<', '`', 'a') }),
        ),
        (when) => {
          const mermaid = toMermaid(graphWith(when));
          expect(mermaid.split('\n')).toHaveLength(5);
          expect(mermaid.split('\n')[3]).toMatch(
            /^ {2}t0 --> t1$|^ {2}t0 -->\|"[^"<>|`\\[\]{}&;]*(?:#\d+;[^"<>|`\\[\]{}&;]*)*"\| t1$/u,
          );
          const dot = toDot(graphWith(when));
          expect(dot.split('\n')).toHaveLength(8);
          expect(dot.split('\n')[5]).toMatch(/^ {2}t0 -> t1;$|^ {2}t0 -> t1 \[label="(?:[^"\\]|\\["\\])*"\];$/u);
        },
      ),
    );
  });
});
