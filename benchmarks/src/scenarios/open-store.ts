import { join } from 'node:path';
import { memoryStore, type Store } from '@weftline/persistence';
import { segmentFileStore } from '@weftline/persistence/segment-file-store';
import { postgresStore } from '@weftline/persistence-postgres';
import { sqliteStore } from '@weftline/persistence-sqlite';
import { newPostgresSchema, postgresUnavailable, withClient } from './postgres.ts';
import { writtenByProcess } from './written-bytes.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type StoreKind = 'memory' | 'segment file' | 'sqlite' | 'postgres';

export interface OpenedStore {
  readonly store: Store;
  /** Bytes given to the operating system, or to the log of the database server, so far; undefined where nobody counts them. */
  readonly writtenBytes: () => Promise<number | undefined>;
  readonly discard: () => Promise<void>;
}

/** Why a store of this kind cannot be opened here; undefined when it can. */
export async function storeUnavailable(kind: StoreKind): Promise<string | undefined> {
  return kind === 'postgres' ? postgresUnavailable() : undefined;
}

/** A store over a medium of its own, which is gone after `discard`. */
export async function openStore(kind: StoreKind): Promise<OpenedStore> {
  const writtenBytes = writtenByProcess;
  if (kind === 'memory') return { store: memoryStore(), writtenBytes, discard: () => Promise.resolve() };
  if (kind === 'postgres') return openPostgres();
  const folder = await temporaryFolder();
  const store =
    kind === 'sqlite'
      ? sqliteStore({ path: join(folder.path, 'bench.db') })
      : segmentFileStore({ directory: folder.path });
  return { store, writtenBytes, discard: () => folder.discard() };
}

async function openPostgres(): Promise<OpenedStore> {
  const { url, name, discard } = await newPostgresSchema();
  const writtenBytes = (): Promise<number> =>
    withClient(url, async (client) => {
      const { rows } = await client.query<{ bytes: string }>(
        "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS bytes",
      );
      return Number(rows[0]?.bytes);
    });
  return { store: await postgresStore({ connectionString: url, schema: name }), writtenBytes, discard };
}
