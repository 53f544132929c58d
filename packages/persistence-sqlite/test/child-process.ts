import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { sourceBuildOptions } from '../src/bundled-worker.ts';

/** Builds `child-program.ts` with its worker beside it, as in the published package, and answers its path. */
export async function buildChildProgram(directory: string): Promise<string> {
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  await build({
    ...sourceBuildOptions(),
    entryPoints: [
      fileURLToPath(new URL('./child-program.ts', import.meta.url)),
      fileURLToPath(new URL('../src/sqlite-worker.ts', import.meta.url)),
    ],
    ...{ entryNames: '[name]', format: 'esm', define: { WEFTLINE_BUILT: 'true' }, outdir: directory },
  });
  return join(directory, 'child-program.js');
}

export interface Child {
  readonly process: ChildProcess;
  /** The next thing it says, `undefined` after its last. */
  readonly next: () => Promise<unknown>;
  /** All that it has left to say; resolves when it has ended. */
  readonly rest: () => Promise<unknown[]>;
  /** Ends it at once and resolves, when it is gone, with what it had said and nobody had asked for. */
  readonly kill: () => Promise<unknown[]>;
  readonly exitCode: () => Promise<number | null>;
  readonly errors: () => string;
}

/** Starts a command whose last words are the arguments of the child program. */
export function startChild(command: readonly string[]): Child {
  const [file = process.execPath, ...words] = command;
  const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    return line.done === true ? undefined : JSON.parse(line.value);
  };
  const rest = async (): Promise<unknown[]> => {
    const all: unknown[] = [];
    for (let line = await next(); line !== undefined; line = await next()) all.push(line);
    await exited;
    return all;
  };
  return {
    ...{ process: child, next, rest, errors: () => errors },
    exitCode: async () => (await exited)[0],
    kill: async () => {
      child.kill('SIGKILL');
      return rest();
    },
  };
}
