import { once } from 'node:events';
import { createFleetServer } from './fleet-server.js';

let server;

/** Starts the fleet of this process once; after a crash it comes back on the port that the workflow knows. */
async function listen(port) {
  server ??= createFleetServer().listen(port, '127.0.0.1').unref();
  if (!server.listening) await once(server, 'listening');
  return server.address().port;
}

export const actions = {
  'fleet.open': async ({ count }) => {
    const port = await listen(0);
    return { port, urls: Array.from({ length: count }, (_, n) => `http://127.0.0.1:${port}/service/${n}`) };
  },

  /** Fails when the service does not answer with a 2xx status; the workflow decides how often to try again. */
  'fleet.check': async ({ url, port }, { signal, attempt }) => {
    await listen(port);
    const response = await fetch(url, { signal });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`answered with status ${response.status}`);
    return { attempt };
  },

  'fleet.report': ({ urls, answers, failed }) => {
    const well = answers.filter((answer) => answer !== null);
    const hung = failed.filter(({ error }) => error.kind === 'timeout');
    return {
      checked: urls.length,
      up: well.length,
      up_after_retry: well.filter(({ attempt }) => attempt > 1).length,
      down: failed.length - hung.length,
      timed_out: hung.length,
      failures: failed.map(({ item, error, attempts }) => ({ url: item, error: error.message, attempts })),
    };
  },

  'fleet.close': () => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
    return null;
  },
};
