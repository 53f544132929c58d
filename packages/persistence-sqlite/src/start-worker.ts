import { Worker } from 'node:worker_threads';
import type { WorkerOptions } from './answer-requests.ts';

/** Set by the build, which puts the worker beside this module; the sources run without it. */
declare const WEFTLINE_BUILT: boolean | undefined;

export async function startWorker(workerData: WorkerOptions): Promise<Worker> {
  // Flags of the process, such as loaders and inspection, are not meant for a thread that nobody sees.
  const options = { workerData, execArgv: [], name: 'weftline-sqlite' };
  // The build drops this branch and all that it imports.
  if (typeof WEFTLINE_BUILT === 'undefined') {
    const { bundledWorker } = await import('./bundled-worker.ts');
    return new Worker(await bundledWorker(), { ...options, eval: true });
  }
  return new Worker(new URL('./sqlite-worker.js', import.meta.url), options);
}
