import { defineConfig } from 'tsup';
import type { Options } from 'tsup';

const config: Options | Options[] = defineConfig({
  entry: {
    main: 'src/main.ts',
    'run-cell': 'src/run-cell.ts',
    compare: 'src/compare.ts',
    check: 'src/check.ts',
    'row-lock-worker': 'src/scenarios/row-lock-worker.ts',
  },
  format: ['esm'],
  target: 'node20',
  sourcemap: true,
  dts: false,
});

export default config;
