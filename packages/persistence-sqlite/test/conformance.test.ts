import { storeConformance } from '@weftline/persistence/conformance';
import { storeInFolder } from './store-in-folder.ts';

storeConformance({ name: 'sqlite', ...storeInFolder((store) => store) });
