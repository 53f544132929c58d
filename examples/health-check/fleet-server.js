import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * A fleet of services behind one HTTP server on the loopback interface, `/service/0` and so on. Every 50th is down (503), every
 * 200th hangs, every 10th fails when it is first asked and answers from then on; the others answer after a few milliseconds.
 */
export function createFleetServer() {
  const asked = new Set();
  return createServer(async (request, response) => {
    const service = Number(/^\/service\/(\d+)$/.exec(request.url ?? '')?.[1] ?? Number.NaN);
    if (Number.isNaN(service)) return void response.writeHead(404).end();
    if (service % 50 === 0) return void response.writeHead(503).end('down');
    if (service % 200 === 7) return; // Hangs until the other side gives up.
    if (service % 10 === 3 && !asked.has(service)) {
      asked.add(service);
      return void response.writeHead(500).end('not yet');
    }
    await wait(service % 8);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ service, well: true }));
  });
}
