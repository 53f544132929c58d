import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { simulatedDirectory, SimulatedFileSystem } from '../test/simulated-file-system.ts';
import { storeConformance } from './conformance/index.ts';
import { segmentFileStore } from './segment-file-store.ts';

storeConformance({ name: 'segment file', create: ({ directory, nowMs }) => segmentFileStore({ directory, nowMs }) });

storeConformance({
  name: 'segment file with small segments',
  create: ({ directory, nowMs }) => segmentFileStore({ directory, nowMs, segmentBytesMax: 4_096 }),
});

/** One medium for each directory of a law. */
const simulated = new Map<string, SimulatedFileSystem>();

storeConformance({
  name: 'segment file whose power is cut',
  create: ({ directory, nowMs }) => {
    const fileSystem = simulated.get(directory) ?? new SimulatedFileSystem();
    simulated.set(directory, fileSystem);
    return segmentFileStore({ directory: simulatedDirectory, nowMs, fileSystem });
  },
  crash: (_store, { directory, nowMs }) => {
    const fileSystem = (simulated.get(directory) ?? new SimulatedFileSystem()).afterPowerCut();
    // The lock of this very process is still there, and it is alive.
    fileSystem.forget(join(simulatedDirectory, 'lock'));
    return segmentFileStore({ directory: simulatedDirectory, nowMs, fileSystem });
  },
});

describe('segmentFileStore', () => {
  it('refuses options that make no sense', () => {
    const invalid = expect.objectContaining({ code: 'STORE_INVALID_ARGUMENT' }) as Error;
    expect(() => segmentFileStore({ directory: '' })).toThrow(invalid);
    for (const segmentBytesMax of [0, 4_095, 4_096.5, 2 ** 30 + 1, Number.NaN]) {
      expect(() => segmentFileStore({ directory: 'unused', segmentBytesMax })).toThrow(invalid);
    }
    for (const leaseMs of [-1, 0.5, Number.NaN]) {
      expect(() => segmentFileStore({ directory: 'unused', leaseMs })).toThrow(invalid);
    }
  });
});
