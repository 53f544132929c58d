import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'shared-context': 'src/shared-context.ts',
    'item-context': 'src/item-context.ts',
    'deep-clone-context': 'src/deep-clone-context.ts',
    conformance: 'src/conformance/index.ts',
  },
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  dts: true,
  tsconfig: 'tsconfig.build.json',
});
