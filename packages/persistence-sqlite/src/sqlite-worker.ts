import { parentPort, workerData } from 'node:worker_threads';
import { answerRequests } from './answer-requests.ts';
import type { WorkerOptions } from './answer-requests.ts';

if (parentPort === null) throw new Error('sqlite-worker is the body of a worker thread and cannot run by itself');
void answerRequests(parentPort, workerData as WorkerOptions);
