import { join } from 'node:path';
import { memoryStore, type Store } from '@weftline/persistence';
import { segmentFileStore } from '@weftline/persistence/segment-file-store';
import { sqliteStore } from '@weftline/persistence-sqlite';
import { temporaryFolder } from './temporary-folder.ts';

export type StoreKind = 'memory' | 'segment file' | 'sqlite';

export interface OpenedStore {
  readonly store: Store;
  readonly discard: () => Promise<void>;
}

/** A store over a medium of its own, which is gone after `discard`. */
export async function openStore(kind: StoreKind): Promise<OpenedStore> {
  if (kind === 'memory') return { store: memoryStore(), discard: () => Promise.resolve() };
  const folder = await temporaryFolder();
  const store =
    kind === 'sqlite'
      ? sqliteStore({ path: join(folder.path, 'bench.db') })
      : segmentFileStore({ directory: folder.path });
  return { store, discard: () => folder.discard() };
}
