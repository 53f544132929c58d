// The workflow module of Effect over its memory engine: every item is an activity whose result is recorded, in memory.
import { Effect, Layer, ManagedRuntime, Schema } from 'effect';
import { Activity, Workflow, WorkflowEngine } from 'effect/workflow';

export async function open({ tasks, values, concurrency, runTask, runItem }) {
  const workflow = Workflow.make('Map', {
    payload: { id: Schema.String },
    idempotencyKey: ({ id }) => id,
    success: Schema.Unknown,
  });
  const activity = (name, execute) =>
    Activity.make({ name, success: Schema.Unknown, execute: Effect.promise(execute) });
  const body = Effect.fnUntraced(function* () {
    const known = [];
    for (let index = 0; index < tasks; index += 1) known.push(yield* activity(`task-${index}`, () => runTask(index)));
    const results = yield* Effect.forEach(values, (value, index) => activity(`item-${index}`, () => runItem(value)), {
      concurrency,
    });
    return { known: known.map(({ index }) => index), results };
  });
  const layer = workflow.toLayer(body).pipe(Layer.provideMerge(WorkflowEngine.layerMemory));
  const runtime = ManagedRuntime.make(layer);
  let runs = 0;
  return {
    run: () => runtime.runPromise(workflow.execute({ id: `run-${(runs += 1)}` })),
    close: () => runtime.dispose(),
  };
}
