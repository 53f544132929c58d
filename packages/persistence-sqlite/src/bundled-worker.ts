import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

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

async function bundle(): Promise<string> {
  const libsql = pathToFileURL(createRequire(import.meta.url).resolve('libsql')).href;
  const { outputFiles } = await build({
    ...{ bundle: true, write: false, format: 'cjs', platform: 'node', target: 'node20', sourcemap: 'inline' },
    entryPoints: [sourcePath('./sqlite-worker.ts')],
    alias: { '@weftline/persistence': sourcePath('../../persistence/src/index.ts') },
    // A script that is evaluated has no place of its own from which a package could be found.
    plugins: [
      {
        name: 'find-libsql',
        setup: (bundler) => bundler.onResolve({ filter: /^libsql$/ }, () => ({ path: libsql, external: true })),
      },
    ],
  });
  return outputFiles.map((file) => file.text).join('\n');
}

function sourcePath(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
