import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'simulated-clock': 'src/simulated-clock.ts',
    polling: 'src/wake/polling.ts',
    'lock-per-completion': 'src/state-access/lock-per-completion.ts',
    'lock-per-task': 'src/state-access/lock-per-task.ts',
    'event-recording': 'src/recording/event-recording.ts',
    'whole-state-recording': 'src/recording/whole-state-recording.ts',
    conformance: 'src/conformance/index.ts',
  },
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  dts: true,
  tsconfig: 'tsconfig.build.json',
});
