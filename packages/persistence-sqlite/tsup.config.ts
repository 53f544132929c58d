import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'sqlite-worker': 'src/sqlite-worker.ts',
  },
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  dts: true,
  // An optional dependency is not left out of the bundle by itself.
  external: ['libsql'],
  define: { WEFTLINE_BUILT: 'true' },
  tsconfig: 'tsconfig.build.json',
});
