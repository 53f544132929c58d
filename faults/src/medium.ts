import { groupCommit, type Store, type WritePolicy } from '@weftline/persistence';
import { segmentFileStore } from '@weftline/persistence/segment-file-store';
import { writeThrough } from '@weftline/persistence/write-through';
import { postgresStore } from '@weftline/persistence-postgres';
import { sqliteStore } from '@weftline/persistence-sqlite';

/** Where a store keeps things, in a form that another process can be told. */
export type Medium =
  | { readonly kind: 'segment-file'; readonly directory: string; readonly leaseMs?: number }
  | { readonly kind: 'sqlite'; readonly path: string; readonly leaseMs?: number }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string; readonly leaseMs?: number };

export type StoreKind = Medium['kind'];

export type PolicyName = 'group-commit' | 'write-through';

export const policies: Readonly<Record<PolicyName, () => WritePolicy>> = {
  'group-commit': groupCommit,
  'write-through': writeThrough,
};

/** Small, so that a short list fills several segments and their making is among the calls that fail. */
const segmentBytesMax = 8 * 1024;

/** A connection that does not answer is given up soon, because faults of that kind are part of the suite. */
const patience = { connectMs: 1_000, statementMs: 2_000, reconnectMs: 20_000 };

/** Opens the store. `applicationName` is how its sessions call themselves, where there are any. */
export async function openStore(medium: Medium, applicationName: string): Promise<Store> {
  const lease = medium.leaseMs === undefined ? {} : { leaseMs: medium.leaseMs };
  switch (medium.kind) {
    case 'segment-file':
      // The checks read the whole journal, of which compaction would leave what is behind the last snapshot.
      return segmentFileStore({ directory: medium.directory, segmentBytesMax, compacts: false, ...lease });
    case 'sqlite':
      return sqliteStore({ path: medium.path, ...lease });
    case 'postgres': {
      const { url: connectionString, schema } = medium;
      return postgresStore({ connectionString, schema, applicationName, ...patience, ...lease });
    }
  }
}

/** What a message about a failure of the medium has to name. */
export function placeOf(medium: Medium): string {
  if (medium.kind === 'segment-file') return medium.directory;
  return medium.kind === 'sqlite' ? medium.path : '127.0.0.1';
}
