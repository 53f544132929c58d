import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'reopening-store': 'src/reopening/reopening-store.ts',
    'segment-file-store': 'src/segment-file-store.ts',
    'faulty-store': 'src/faulty-store.ts',
    'simulated-file-system': 'src/simulated-file-system.ts',
    'write-through': 'src/write-policy/write-through.ts',
    'write-behind': 'src/write-policy/write-behind.ts',
    'group-commit': 'src/write-policy/group-commit.ts',
    conformance: 'src/conformance/index.ts',
  },
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  dts: true,
  tsconfig: 'tsconfig.build.json',
});
