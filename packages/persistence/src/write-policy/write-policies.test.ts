import { storeConformance } from '../conformance/index.ts';
import type { StoreSetup } from '../conformance/index.ts';
import { memoryStore } from '../memory-store.ts';
import { segmentFileStore } from '../segment-file-store.ts';
import type { Store, WritePolicy } from '../store.ts';
import { groupCommit } from './group-commit.ts';
import { writeThrough } from './write-through.ts';

const stores: Readonly<Record<string, (setup: StoreSetup) => Store>> = {
  memory: ({ nowMs }) => memoryStore({ nowMs }),
  'segment file': ({ directory, nowMs }) => segmentFileStore({ directory, nowMs }),
};

const policies: Readonly<Record<string, WritePolicy>> = {
  'write-through': writeThrough(),
  'group-commit': groupCommit(),
  'group-commit with narrow bounds': groupCommit({
    ...{ recordsMax: 2, bytesMax: 20, pendingRecordsMax: 3, pendingBytesMax: 30 },
  }),
};

for (const [storeName, create] of Object.entries(stores)) {
  for (const [policyName, policy] of Object.entries(policies)) {
    storeConformance({ name: `${storeName} + ${policyName}`, create: (setup) => policy(create(setup)) });
  }
}
