import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { createSinkServer } from './sink-server.js';

let server;

/** Starts the sink of this process once; after a crash it comes back on its port, with its ledger. */
async function serve({ port, ledger }) {
  server ??= createSinkServer(ledger).listen(port, '127.0.0.1').unref();
  if (!server.listening) await once(server, 'listening');
  return server.address().port;
}

const addressOf = ({ port }) => `http://127.0.0.1:${port}/notifications`;

export const actions = {
  'mailing.recipients': ({ count }) =>
    Array.from({ length: count }, (_, n) => ({ name: `Weaver ${n + 1}`, address: `weaver-${n + 1}@loom.example` })),

  'mailing.connect': async (_input, { idempotencyKey }) => {
    const name = createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 24);
    const ledger = join(tmpdir(), `weftline-bulk-notify-${name}.ledger`);
    return { port: await serve({ port: 0, ledger }), ledger };
  },

  /** May be called again for a notification that arrived; the key makes the second delivery harmless. */
  'mailing.send': async ({ sink, to, text }, { signal, idempotencyKey }) => {
    await serve(sink);
    const response = await fetch(addressOf(sink), {
      method: 'POST',
      headers: { 'idempotency-key': idempotencyKey, 'content-type': 'application/json' },
      body: JSON.stringify({ to, text }),
      signal,
    });
    if (!response.ok) throw new Error(`the service answered with status ${response.status}`);
    return await response.json();
  },

  'mailing.summarize': async ({ sink, sent }, { signal }) => {
    await serve(sink);
    const response = await fetch(addressOf(sink), { signal });
    const { delivered, repeated } = await response.json();
    server.closeAllConnections();
    server.close();
    server = undefined;
    await rm(sink.ledger, { force: true });
    return { notifications: sent.total, succeeded: sent.succeeded, failed: sent.failed, delivered, repeated };
  },
};
