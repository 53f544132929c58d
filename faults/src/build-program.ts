import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { mutatedSources, root, type Edit } from '../../simulation/test/mutated-sources.ts';

/**
 * Builds `list-program.ts` with the worker of the SQLite store beside it into the directory, out of the sources with the edits in
 * them, and answers its path. Only the clients of the databases stay outside.
 */
export async function buildProgram(directory: string, edits: readonly Edit[]): Promise<string> {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  await build({
    entryPoints: [`${root}faults/src/list-program.ts`, `${root}packages/persistence-sqlite/src/sqlite-worker.ts`],
    ...{ outdir: directory, entryNames: '[name]', bundle: true, absWorkingDir: root },
    ...{ platform: 'node', format: 'esm', target: 'node20', logLevel: 'silent' },
    define: { WEFTLINE_BUILT: 'true' },
    plugins: [
      outside('libsql', resolveFrom('persistence-sqlite', 'libsql')),
      outside('pg', join(resolveFrom('persistence-postgres', 'pg/package.json'), '../esm/index.mjs')),
      mutatedSources(edits),
    ],
    // Libraries in CommonJS that are bundled ask for the modules of Node.
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  });
  return join(directory, 'list-program.js');
}

function resolveFrom(folder: string, name: string): string {
  return createRequire(`${root}packages/${folder}/package.json`).resolve(name);
}

function outside(name: string, file: string): Plugin {
  const path = pathToFileURL(file).href;
  return {
    name: `outside-${name}`,
    setup: (bundling) => bundling.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path, external: true })),
  };
}
