import { readdirSync } from 'node:fs';
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
  'examples',
  'scripts',
];

const config: ViteUserConfig = defineConfig({
  resolve: {
    // Tests run on the sources of every package, so nothing has to be built first.
    alias: [
      { find: /^@weftline\/([^/]+)$/, replacement: `${root}packages/$1/src/index.ts` },
      { find: /^@weftline\/([^/]+)\/conformance$/, replacement: `${root}packages/$1/src/conformance/index.ts` },
      {
        find: /^@weftline\/persistence\/(write-through|group-commit)$/,
        replacement: `${root}packages/persistence/src/write-policy/$1.ts`,
      },
      { find: /^@weftline\/([^/]+)\/([^/]+)$/, replacement: `${root}packages/$1/src/$2.ts` },
    ],
  },
  test: {
    coverage: { include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'], exclude: ['**/*.test.ts'] },
    projects: folders.map((folder) => ({
      extends: true as const,
      root: root + folder,
      test: {
        name: folder.split('/').at(-1) ?? folder,
        include: ['**/*.test.ts'],
        exclude: ['**/node_modules/**', '**/dist/**'],
      },
    })),
  },
});

// Tools read their configuration from the default export.
export default config;
