import type { MessagePort } from 'node:worker_threads';
import { StoreError } from '@weftline/persistence';
import type { JournalSnapshot } from '@weftline/persistence';
import { appendBatch } from './append-batch.ts';
import { loadBinding } from './binding/load-binding.ts';
import type { Connection } from './connection.ts';
import { examineExecutions, examineRows, examineSnapshot, examineStore, sizeOf } from './examine.ts';
import { claimExecution, createExecution, getExecution, listExecutions, releaseExecution } from './executions.ts';
import { readPage } from './journal.ts';
import { openConnection } from './open-connection.ts';
import { transferables } from './packed-records.ts';
import { errorData, OPENING } from './protocol.ts';
import type { Answer, CallName, JournalPage, Question, Reply, Request } from './protocol.ts';
import { heartbeat, leaveRequest } from './requests.ts';
import { readSnapshot } from './snapshots.ts';
import { reclaim, vacuumStep } from './vacuum.ts';

export interface WorkerOptions {
  readonly path: string;
  readonly leaseMs: number;
}

type Answers = { readonly [N in CallName]: (question: Question<N>) => Answer<N> };

/**
 * The side of the protocol that has the database.
 *
 * 1. The first thing it says is how opening went; requests that came meanwhile wait in the port.
 * 2. Every request is answered exactly once, before the next one is looked at. An error that is not a StoreError is a
 *    defect of this package: it ends the thread, which the other side sees.
 * 3. After `close`, and after opening failed, nothing keeps the thread and it ends by itself.
 */
export async function answerRequests(port: MessagePort, options: WorkerOptions): Promise<void> {
  let answers: Answers;
  try {
    answers = answersFrom(openConnection(await loadBinding(), options.path), options.leaseMs);
  } catch (error) {
    port.postMessage(failure(OPENING, error));
    return;
  }
  port.on('message', ({ number, name, question }: Request) => {
    try {
      const answer: unknown = answers[name](question as never);
      port.postMessage({ number, answer }, transfersOf(name, answer));
    } catch (error) {
      port.postMessage(failure(number, error));
    }
    if (name === 'close') port.close();
  });
  port.postMessage({ number: OPENING, answer: undefined });
}

/** Pages and snapshots change threads as they are; every other answer is small. */
function transfersOf(name: CallName, answer: unknown): ArrayBuffer[] {
  if (name === 'read') return transferables((answer as JournalPage).records);
  if (name !== 'readSnapshot' || answer === undefined) return [];
  return [(answer as JournalSnapshot).data.buffer as ArrayBuffer];
}

function failure(number: number, error: unknown): Reply {
  if (!(error instanceof StoreError)) throw error;
  return { number, error: errorData(error) };
}

function answersFrom(connection: Connection, leaseMs: number): Answers {
  return {
    create: (question) => createExecution(connection, question, leaseMs),
    append: (batch) => appendBatch(connection, batch),
    read: (question) => readPage(connection, question),
    readSnapshot: ({ id }) => readSnapshot(connection, id),
    get: (question) => getExecution(connection, question),
    list: (question) => listExecutions(connection, question),
    claim: (question) => claimExecution(connection, question, leaseMs),
    release: (lease) => releaseExecution(connection, lease),
    heartbeat: (question) => heartbeat(connection, question, leaseMs),
    request: (request) => leaveRequest(connection, request),
    examineStore: () => examineStore(connection),
    examineExecutions: (question) => examineExecutions(connection, question),
    examineSnapshot: ({ execution }) => examineSnapshot(connection, execution),
    examineRows: (question) => examineRows(connection, question),
    size: () => sizeOf(connection),
    vacuumStep: (question) => vacuumStep(connection, question),
    reclaim: (question) => reclaim(connection, question),
    close: () => connection.close(),
  };
}
