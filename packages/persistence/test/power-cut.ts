import { join } from 'node:path';
import type { StoreSetup } from '../src/conformance/index.ts';
import { segmentFileStore } from '../src/segment-file-store.ts';
import type { Store } from '../src/store.ts';
import { simulatedDirectory, SimulatedFileSystem } from './simulated-file-system.ts';

/** One medium for each folder that the conformance suite names. */
const media = new Map<string, SimulatedFileSystem>();

export function createSimulatedStore({ directory, nowMs }: StoreSetup): Store {
  const fileSystem = media.get(directory) ?? new SimulatedFileSystem();
  media.set(directory, fileSystem);
  return segmentFileStore({ directory: simulatedDirectory, nowMs, fileSystem });
}

/** The store over what a power cut leaves: nothing that has not been synced. */
export function reopenAfterPowerCut({ directory, nowMs }: StoreSetup): Store {
  const fileSystem = (media.get(directory) ?? new SimulatedFileSystem()).afterPowerCut();
  // The lock of this very process may still be there, and it is alive.
  fileSystem.forget(join(simulatedDirectory, 'lock'));
  return segmentFileStore({ directory: simulatedDirectory, nowMs, fileSystem });
}
