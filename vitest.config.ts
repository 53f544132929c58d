import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import type { ViteUserConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The folders that hold tests; each becomes a project, so that `vitest --project graph` runs one package. */
const folders = [
  ...['packages', 'apps'].flatMap((group) =>
    readdirSync(root + group, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${group}/${entry.name}`),
  ),
  'benchmarks',
  'simulation',
  'faults',
  'examples',
  'scripts',
];

const { compilerOptions } = JSON.parse(readFileSync(`${root}tsconfig.json`, 'utf8')) as {
  compilerOptions: { paths: Record<string, [string]> };
};

/** The `paths` of tsconfig.json as aliases: tests run on the sources of every package, so nothing is built first. */
const sources = Object.entries(compilerOptions.paths).map(([name, [target]]) => ({
  find: new RegExp(`^${name.replace('*', '([^/]+)')}$`),
  replacement: root + target.replace('./', '').replace('*', '$1'),
}));

/** Tests in these folders run the command line, which is built out of the sources for them. */
const needCli = new Set(['apps/executor', 'examples']);

const config: ViteUserConfig = defineConfig({
  resolve: { alias: sources },
  test: {
    coverage: { include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'], exclude: ['**/*.test.ts'] },
    // A guard against hanging only: nothing is asserted about wall time, and machines are busy at times.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: folders.map((folder) => ({
      extends: true as const,
      root: root + folder,
      test: {
        name: folder.split('/').at(-1) ?? folder,
        include: ['**/*.test.ts'],
        exclude: ['**/node_modules/**', '**/dist/**'],
        globalSetup: needCli.has(folder) ? [`${root}apps/executor/test/build-cli.ts`] : [],
      },
    })),
  },
});

// Tools read their configuration from the default export.
export default config;
