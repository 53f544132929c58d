// LangGraph: a node that runs the earlier tasks one superstep each, then one `Send` per item, then a node that puts them in order.
import '../telemetry-off.mjs';
import { Annotation, END, MemorySaver, Send, START, StateGraph } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { randomUUID } from 'node:crypto';

const savers = {
  none: async () => undefined,
  memory: async () => new MemorySaver(),
  async postgres({ postgresUrl }) {
    const saver = PostgresSaver.fromConnString(postgresUrl);
    await saver.setup();
    return saver;
  },
};

const concat = () => Annotation({ reducer: (left, right) => left.concat(right), default: () => [] });

export async function open(workload, place) {
  const checkpointer = await savers[place.variant](place);
  const graph = graphOf(workload).compile({ checkpointer });
  const { tasks, concurrency } = workload;
  // By default checkpoints of earlier tasks are still being written when the list begins, and are counted as its time.
  const options = { durability: 'sync', maxConcurrency: concurrency, recursionLimit: tasks + 10 };
  return {
    async run() {
      const { known, results } = await graph.invoke({}, { ...options, configurable: { thread_id: randomUUID() } });
      return { known: known.map(({ index }) => index), results };
    },
    close: async () => checkpointer?.end?.(),
  };
}

function graphOf({ tasks, values, runTask, runItem }) {
  const State = Annotation.Root({ known: concat(), answers: concat(), results: Annotation() });
  const sends = () => values.map((value, index) => new Send('item', { value, index }));
  const next = ({ known }) => (known.length < tasks ? 'task' : sends());
  return new StateGraph(State)
    .addNode('task', async ({ known }) => ({ known: [await runTask(known.length)] }))
    .addNode('item', async ({ value, index }) => ({ answers: [{ index, result: await runItem(value) }] }))
    .addNode('gather', ({ answers }) => ({
      results: [...answers].sort((a, b) => a.index - b.index).map(({ result }) => result),
    }))
    .addConditionalEdges(START, next, ['task', 'item'])
    .addConditionalEdges('task', next, ['task', 'item'])
    .addEdge('item', 'gather')
    .addEdge('gather', END);
}
