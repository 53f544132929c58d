import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { StoreWorker } from './store-worker.ts';

// Threads that misbehave stand in for one that was lost: what counts is that no caller is left waiting.

const opens = "port.postMessage({ number: 0, answer: undefined }); port.on('message', (request) => {";

function workerThat(script: string): StoreWorker {
  const body = `const port = require('node:worker_threads').parentPort; ${script}`;
  return new StoreWorker(new Worker(body, { eval: true, stderr: true }), '/a/store.db');
}

async function codesOf(...calls: Promise<unknown>[]): Promise<unknown[]> {
  const outcomes = await Promise.allSettled(calls);
  return outcomes.map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as { code: unknown }).code : 'answered',
  );
}

const lease = { execution: 'x', owner: 'a', epoch: 1, head: 0 };
const question = { id: 'x', nowMs: 0 };

describe('a worker that is lost', () => {
  const ends = { crashes: "throw new Error('bug')", exits: 'process.exit(0)' };
  for (const [how, script] of Object.entries(ends)) {
    it(`and ${how} in a call leaves no call waiting, and tells writes from reads`, async () => {
      const worker = workerThat(`${opens} ${script} });`);
      await worker.opened;
      const calls = [worker.call('release', lease), worker.call('get', question), worker.call('release', lease)];
      expect(await codesOf(...calls)).toEqual(['STORE_UNKNOWN_OUTCOME', 'STORE_UNAVAILABLE', 'STORE_UNKNOWN_OUTCOME']);
      const later = [worker.call('release', lease), worker.call('get', question)];
      expect(await codesOf(...later)).toEqual(['STORE_UNKNOWN_OUTCOME', 'STORE_UNAVAILABLE']);
      await worker.close();
    });
  }

  it('before it has opened the database fails the opening', async () => {
    const worker = workerThat("throw new Error('bug')");
    await expect(worker.opened).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      cause: expect.objectContaining({ message: 'bug' }) as Error,
    });
    await worker.close();
  });

  it('while it closes leaves nobody waiting for that either', async () => {
    const worker = workerThat(`${opens} process.exit(0) });`);
    await worker.opened;
    await expect(worker.close()).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
    await worker.close();
  });
});

it('a question that cannot be sent fails alone', async () => {
  const worker = workerThat(`${opens} port.postMessage({ number: request.number, answer: undefined }) });`);
  await worker.opened;
  const unsendable = { ...question, id: (() => 'x') as unknown as string };
  await expect(worker.call('get', unsendable)).rejects.toMatchObject({ name: 'DataCloneError' });
  expect(await worker.call('get', question)).toBeUndefined();
  await worker.close();
});

it('an answer that says no rejects as a StoreError with code, text and cause', async () => {
  const error = { code: 'STORE_HELD', message: 'held', retryable: true, cause: 'why' };
  const worker = workerThat(
    `${opens} port.postMessage({ number: request.number, error: ${JSON.stringify(error)} }) });`,
  );
  await worker.opened;
  await expect(worker.call('get', question)).rejects.toMatchObject({ name: 'StoreError', ...error });
  await expect(worker.close()).rejects.toMatchObject({ code: 'STORE_HELD' });
});
