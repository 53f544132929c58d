import type { SqliteBinding, SqliteDatabase } from './binding.ts';

interface Libsql {
  readonly default: new (path: string) => SqliteDatabase;
}

/** The client for Node without `node:sqlite`. Rejects when its binary for this platform is not installed. */
export async function loadLibsqlBinding(): Promise<SqliteBinding> {
  const { default: Database } = (await import('libsql')) as unknown as Libsql;
  return { name: 'libsql', open: (path) => new Database(path) };
}
