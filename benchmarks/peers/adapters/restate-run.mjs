// Restate: a single-node server with its log on disk, and a handler that records each item by `ctx.run`, a chunk at a time.
import { createEndpointHandler, RestatePromise, service } from '@restatedev/restate-sdk';
import { connect } from '@restatedev/restate-sdk-clients';
import { createServer } from 'node:http2';
import { startRestateServer } from '../restate-server.mjs';

export async function open(workload, { folder }) {
  const map = service({ name: 'map', handlers: { run: handlerOf(workload) } });
  // The server tries a failing handler again for ever, so what the endpoint cannot do has to end the run.
  let fail;
  const failed = new Promise((_, reject) => (fail = reject));
  failed.catch(() => undefined);
  const logger = ({ level }, ...said) => level === 'error' && fail(new Error(said.map(String).join(' ')));
  const endpoint = createServer(createEndpointHandler({ services: [map], logger }));
  await new Promise((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const server = await startRestateServer(folder);
  await server.register(`http://127.0.0.1:${endpoint.address().port}`);
  const client = connect({ url: server.ingressUrl }).serviceClient({ name: 'map' });
  return {
    run: () => Promise.race([client.run(), failed]),
    serverPid: server.pid,
    async close() {
      await server.stop();
      await new Promise((resolve) => endpoint.close(resolve));
    },
  };
}

function handlerOf({ tasks, values, concurrency, runTask, runItem }) {
  return async (ctx) => {
    const known = [];
    for (let index = 0; index < tasks; index += 1) known.push(await ctx.run('task', () => runTask(index)));
    const results = [];
    for (let from = 0; from < values.length; from += concurrency) {
      const chunk = values.slice(from, from + concurrency);
      results.push(...(await RestatePromise.all(chunk.map((value) => ctx.run('item', () => runItem(value))))));
    }
    return { known: known.map(({ index }) => index), results };
  };
}
