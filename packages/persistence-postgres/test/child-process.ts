import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Builds `child-program.ts` into the directory, and answers its path. Only the client of the database stays outside. */
export async function buildChildProgram(directory: string): Promise<string> {
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  const client = new URL('esm/index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('pg/package.json')))
    .href;
  await build({
    entryPoints: [fileURLToPath(new URL('./child-program.ts', import.meta.url))],
    alias: { '@weftline/persistence': fileURLToPath(new URL('../../persistence/src/index.ts', import.meta.url)) },
    plugins: [
      {
        name: 'find-pg',
        setup: (bundler) => bundler.onResolve({ filter: /^pg$/ }, () => ({ path: client, external: true })),
      },
    ],
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', outdir: directory },
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

/** Starts the program with its arguments. */
export function startChild(program: string, ...words: readonly string[]): Child {
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
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
