import { StoreError } from '@weftline/persistence';
import type { SqliteBinding } from './binding.ts';
import { loadLibsqlBinding } from './libsql-binding.ts';
import { loadNodeSqliteBinding } from './node-sqlite-binding.ts';

/** Prefers what Node brings along over what has to be installed. */
export async function loadBinding(
  loadBuiltin: () => SqliteBinding | undefined = loadNodeSqliteBinding,
  loadInstalled: () => Promise<SqliteBinding> = loadLibsqlBinding,
): Promise<SqliteBinding> {
  const builtin = loadBuiltin();
  if (builtin !== undefined) return builtin;
  try {
    return await loadInstalled();
  } catch (cause) {
    throw new StoreError(
      `no SQLite client can be loaded: Node ${process.versions.node} has no node:sqlite (22.13 and later do), ` +
        `and the package libsql cannot be loaded on ${process.platform} ${process.arch}; ` +
        'use Node 22.13 or later, or install libsql together with its optional platform package',
      { code: 'STORE_UNAVAILABLE', cause },
    );
  }
}
