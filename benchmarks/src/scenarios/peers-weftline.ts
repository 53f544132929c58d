import { createEngine } from '@weftline/engine';
import { parseWorkflow, type WorkflowDefinition } from '@weftline/graph';
import type { Store } from '@weftline/persistence';
import type { Peer, Place } from './peer.ts';
import { concurrency, type Answer } from './peers-workload.ts';

/** Weftline as its defaults are, on the store that is given. */
export function weftline(name: string, openStore: (place: Place) => Promise<Store>): Peer {
  return {
    name,
    installed: false,
    async open(workload, place) {
      const actions = {
        'bench.task': ({ index }: { readonly index: number }) => workload.runTask(index),
        'bench.item': ({ value }: { readonly value: number }) => workload.runItem(value),
      };
      const engine = createEngine({ store: await openStore(place), actions });
      const definition = definitionOf(workload.tasks);
      return {
        async run() {
          const started = engine.start(definition, { input: { values: workload.values } });
          const { status, output, errors } = await started.outcome();
          if (status !== 'succeeded') throw new Error(`execution ${status}: ${JSON.stringify(errors)}`);
          return output as Answer;
        },
        close: () => engine.close(),
      };
    },
  };
}

function definitionOf(tasks: number): WorkflowDefinition {
  const names = Array.from({ length: tasks }, (_, index) => `task_${index}`);
  const chain = names.map(
    (name, index) =>
      `  ${name}: { action: bench.task, input: { index: ${index} }, next: { do: ${names[index + 1] ?? 'each'} } }`,
  );
  const known = names.map((name) => `"{{ task.${name}.result.index }}"`);
  const source = `
weftline: 1
name: peers
input: { values: { type: array, required: true } }
tasks:
${chain.join('\n')}
  each:
    with: { items: "{{ input.values }}", concurrency: ${concurrency} }
    action: bench.item
    input: { value: "{{ item }}" }
output: { known: [${known.join(', ')}], results: "{{ task.each.result }}" }
`;
  return parseWorkflow(source, { file: 'peers.yaml' });
}
