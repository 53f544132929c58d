// Effect's own loop: nothing is recorded, so this is a second floor rather than a durable peer.
import { Effect } from 'effect';

export async function open({ tasks, values, concurrency, runTask, runItem }) {
  const program = Effect.gen(function* () {
    const known = [];
    for (let index = 0; index < tasks; index += 1) known.push(yield* Effect.promise(() => runTask(index)));
    const results = yield* Effect.forEach(values, (value) => Effect.promise(() => runItem(value)), { concurrency });
    return { known: known.map(({ index }) => index), results };
  });
  return { run: () => Effect.runPromise(program), close: async () => undefined };
}
