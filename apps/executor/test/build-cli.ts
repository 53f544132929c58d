import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the command line, built from the sources for this run of the tests. */
    cli: string;
  }
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Leaves installed packages where they are: the build lies outside the repository and could not find them by name. */
const packagesWhereTheyAre: Plugin = {
  name: 'packages-where-they-are',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === 'resolving' || kind === 'entry-point' || isBuiltin(path)) return undefined;
      const found = await resolve(path, { resolveDir, kind, pluginData: 'resolving' });
      if (found.errors.length > 0) return { errors: found.errors };
      // The paths in tsconfig.json lead from the packages of the workspace to their sources, which are bundled.
      const installed = found.path.includes(`${sep}node_modules${sep}`);
      return installed ? { path: pathToFileURL(found.path).href, external: true } : found;
    });
  },
};

/** Builds the command line out of the sources of the whole workspace, so that tests need nothing built before them. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'weftline-cli-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await build({
    entryPoints: {
      cli: join(root, 'apps/executor/src/cli.ts'),
      // The store starts its worker from a file beside itself.
      'sqlite-worker': join(root, 'packages/persistence-sqlite/src/sqlite-worker.ts'),
    },
    outdir: folder,
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', minifySyntax: true },
    define: { WEFTLINE_BUILT: 'true' },
    plugins: [packagesWhereTheyAre],
    logLevel: 'error',
  });
  provide('cli', join(folder, 'cli.js'));
  return () => rm(folder, { recursive: true });
}
