import { defineConfig } from 'tsup';
import type { Options } from 'tsup';

const config: Options | Options[] = defineConfig({
  entry: ['src/main.ts'],
  format: ['esm'],
  target: 'node20',
  sourcemap: true,
  dts: false,
});

export default config;
