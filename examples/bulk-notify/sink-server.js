import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/**
 * A notification service that is idempotent on `Idempotency-Key`: a key that it has seen is answered, not delivered again. It takes
 * every hundredth notification and then breaks the connection before it answers, as services do, so that the sender cannot know
 * whether it arrived. What was delivered stands in the ledger file, one key a line, and outlives the process.
 */
export function createSinkServer(ledger) {
  const delivered = new Set(existsSync(ledger) ? readFileSync(ledger, 'utf8').split('\n').filter(Boolean) : []);
  let repeated = 0;
  const deliver = (key) => {
    delivered.add(key);
    appendFileSync(ledger, `${key}\n`);
    return delivered.size % 100 !== 0;
  };
  return createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      if (request.method === 'GET') return void answer(response, { delivered: delivered.size, repeated });
      const key = request.headers['idempotency-key'];
      if (typeof key !== 'string') return void response.writeHead(400).end();
      const known = delivered.has(key);
      if (known) repeated += 1;
      else if (!deliver(key)) return void request.socket.destroy();
      answer(response, { repeated: known });
    });
  });
}

function answer(response, body) {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
