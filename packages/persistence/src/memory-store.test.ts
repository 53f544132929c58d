import { storeConformance } from './conformance/index.ts';
import { memoryStore } from './memory-store.ts';

storeConformance({
  name: 'memory',
  create: ({ nowMs }) => memoryStore({ nowMs }),
  crash: (_store, { nowMs }) => memoryStore({ nowMs }),
});
