import { describe, expect, it } from 'vitest';
import { createSimulatedStore, reopenAfterPowerCut } from '../test/power-cut.ts';
import { storeConformance } from './conformance/index.ts';
import { segmentFileStore } from './segment-file-store.ts';

// Only simulated files can show what a power cut leaves; real ones keep what was never synced.
const skip = [
  {
    reason: 'see the one whose power is cut',
    laws: ['what was acknowledged is there after a crash, exactly when the store says so'],
  },
];

storeConformance({
  name: 'segment file',
  create: ({ directory, nowMs }) => segmentFileStore({ directory, nowMs }),
  skip,
});

storeConformance({
  name: 'segment file with small segments',
  create: ({ directory, nowMs }) => segmentFileStore({ directory, nowMs, segmentBytesMax: 4_096 }),
  skip,
});

storeConformance({
  name: 'segment file whose power is cut',
  create: createSimulatedStore,
  crash: (_store, setup) => reopenAfterPowerCut(setup),
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
