import { storeConformance } from '@weftline/persistence/conformance';
import { storeOnServer } from './conformance-store.ts';
import { describeWithServer } from './server.ts';

describeWithServer('the store in PostgreSQL', (server) => {
  storeConformance({ name: 'postgres', ...storeOnServer(server, (store) => store) });
});
