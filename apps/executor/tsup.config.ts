import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig } from 'tsup';

const commander = dirname(createRequire(import.meta.url).resolve('commander'));

export default defineConfig({
  entry: {
    cli: 'src/cli.ts',
  },
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  tsconfig: 'tsconfig.build.json',
  // The names of chunks change with their content, and there are no types here that another task may be writing.
  clean: true,
  // The command line is read before anything else can happen, so its parser is part of the program: that halves the
  // time it takes to load. It asks for modules of Node with `require`, which an ES module has to bring along.
  noExternal: ['commander'],
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
  // Named so that packing does not take it for the licence of this package.
  onSuccess: () => copyFile(join(commander, 'LICENSE'), 'dist/commander-notice.txt'),
});
