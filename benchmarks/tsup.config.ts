import { defineConfig } from 'tsup';
import type { Options } from 'tsup';

const config: Options | Options[] = defineConfig({
  entry: ['src/main.ts', 'src/run-cell.ts', 'src/compare.ts', 'src/check.ts'],
  format: ['esm'],
  target: 'node20',
  sourcemap: true,
  dts: false,
});

export default config;
