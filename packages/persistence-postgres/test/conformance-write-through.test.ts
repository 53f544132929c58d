import { storeConformance } from '@weftline/persistence/conformance';
import { writeThrough } from '@weftline/persistence/write-through';
import { storeOnServer } from './conformance-store.ts';
import { describeWithServer } from './server.ts';

describeWithServer('the store in PostgreSQL', (server) => {
  storeConformance({ name: 'postgres + write-through', ...storeOnServer(server, writeThrough()) });
});
