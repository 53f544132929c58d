import type { SqliteBinding, SqliteDatabase } from './binding.ts';

interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => SqliteDatabase;
}

/** The client that is part of Node from 22.13 on; `undefined` on an older one. */
export function loadNodeSqliteBinding(): SqliteBinding | undefined {
  const module = withoutSqliteWarning(() => process.getBuiltinModule('node:sqlite')) as NodeSqlite | undefined;
  if (module === undefined) return undefined;
  return { name: 'node:sqlite', open: (path) => new module.DatabaseSync(path) };
}

/** Some lines of Node announce that `node:sqlite` is experimental when it is loaded; every other warning passes. */
function withoutSqliteWarning<T>(load: () => T): T {
  const emitWarning = process.emitWarning.bind(process) as (...all: unknown[]) => void;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) emitWarning(warning, ...rest);
  };
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
