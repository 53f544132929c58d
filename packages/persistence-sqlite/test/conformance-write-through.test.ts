import { storeConformance } from '@weftline/persistence/conformance';
import { writeThrough } from '@weftline/persistence/write-through';
import { storeInFolder } from './store-in-folder.ts';

storeConformance({ name: 'sqlite + write-through', ...storeInFolder(writeThrough()) });
