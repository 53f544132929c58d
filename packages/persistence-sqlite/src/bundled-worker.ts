import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { BuildOptions } from 'esbuild';

/*
 * For tests, which run on the sources with nothing built: a worker thread gets no help from the test runner, and
 * Node 20 cannot run TypeScript. No build contains this module.
 */

let bundling: Promise<string> | undefined;

/** The worker with all it imports as one script; made once per process. */
export function bundledWorker(): Promise<string> {
  bundling ??= bundle();
  return bundling;
}

/** How these sources become JavaScript that runs wherever it is put. */
export function sourceBuildOptions(): BuildOptions {
  const libsql = pathToFileURL(createRequire(import.meta.url).resolve('libsql')).href;
  return {
    ...{ bundle: true, platform: 'node', target: 'node20' },
    alias: { '@weftline/persistence': sourcePath('../../persistence/src/index.ts') },
    plugins: [
      {
        name: 'find-libsql',
        setup: (bundler) => bundler.onResolve({ filter: /^libsql$/ }, () => ({ path: libsql, external: true })),
      },
    ],
  };
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    ...sourceBuildOptions(),
    ...{ entryPoints: [sourcePath('./sqlite-worker.ts')], format: 'cjs', write: false },
  });
  return outputFiles.map((file) => file.text).join('\n');
}

function sourcePath(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
