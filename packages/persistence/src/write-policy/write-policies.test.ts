import { createSimulatedStore, reopenAfterPowerCut } from '../../test/power-cut.ts';
import { storeConformance } from '../conformance/index.ts';
import type { StoreSetup } from '../conformance/index.ts';
import { memoryStore } from '../memory-store.ts';
import type { Store, WritePolicy } from '../store.ts';
import { groupCommit } from './group-commit.ts';
import { writeBehind } from './write-behind.ts';
import { writeThrough } from './write-through.ts';

interface Medium {
  readonly create: (setup: StoreSetup) => Store;
  readonly crash: (setup: StoreSetup) => Store;
}

const media: Readonly<Record<string, Medium>> = {
  memory: { create: ({ nowMs }) => memoryStore({ nowMs }), crash: ({ nowMs }) => memoryStore({ nowMs }) },
  'segment file': { create: createSimulatedStore, crash: reopenAfterPowerCut },
};

const policies: Readonly<Record<string, WritePolicy>> = {
  'write-through': writeThrough(),
  'group-commit': groupCommit(),
  'group-commit with narrow bounds': groupCommit({
    ...{ recordsMax: 2, bytesMax: 20, pendingRecordsMax: 3, pendingBytesMax: 30 },
  }),
  'write-behind': writeBehind(),
  'write-behind with narrow bounds': writeBehind({ recordsMax: 3, bytesMax: 30, delayMs: 1 }),
};

for (const [medium, { create, crash }] of Object.entries(media)) {
  for (const [policyName, policy] of Object.entries(policies)) {
    storeConformance({
      name: `${medium} + ${policyName}`,
      create: (setup) => policy(create(setup)),
      crash: (_store, setup) => policy(crash(setup)),
    });
  }
}
