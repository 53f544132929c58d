import { join } from 'node:path';
import { storeConformance } from '@weftline/persistence/conformance';
import { sqliteStore } from './sqlite-store.ts';

storeConformance({
  name: 'sqlite',
  create: ({ directory, nowMs }) => sqliteStore({ path: join(directory, 'store.db'), nowMs }),
});
