import { storeConformance } from '@weftline/persistence/conformance';
import { groupCommit } from '@weftline/persistence/group-commit';
import { storeInFolder } from './store-in-folder.ts';

storeConformance({ name: 'sqlite + group-commit', ...storeInFolder(groupCommit()) });
