import { storeConformance } from './conformance/index.ts';
import { segmentFileStore } from './segment-file-store.ts';

storeConformance({ name: 'segment file', create: ({ directory, nowMs }) => segmentFileStore({ directory, nowMs }) });

storeConformance({
  name: 'segment file with small segments',
  create: ({ directory, nowMs }) => segmentFileStore({ directory, nowMs, segmentBytesMax: 4_096 }),
});
