import { storeConformance } from '@weftline/persistence/conformance';
import { groupCommit } from '@weftline/persistence/group-commit';
import { storeOnServer } from './conformance-store.ts';
import { describeWithServer } from './server.ts';

describeWithServer('the store in PostgreSQL', (server) => {
  storeConformance({ name: 'postgres + group-commit', ...storeOnServer(server, groupCommit()) });
});
