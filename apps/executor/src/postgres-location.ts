import type { Store } from '@weftline/persistence';
import { ExecutorError, messageOf, systemErrorCode } from './errors.ts';

/** Where executions are kept in a PostgreSQL database. */
export interface PostgresLocation {
  readonly kind: 'postgres';
  /** What the client of the database is given, password included. */
  readonly connectionString: string;
  /** Undefined for the usual one. */
  readonly schema?: string;
}

export function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url);
}

/** Reads `postgres://user:password@host:port/database?schema=name`; what it leaves out comes from `PGHOST` and its siblings. */
export function parsePostgresUrl(url: string): PostgresLocation {
  if (!URL.canParse(url)) {
    throw new ExecutorError('expected postgres://user:password@host:port/database as the store', {
      code: 'STORE_URL_INVALID',
      hint: 'special characters in a name or a password are written as in %2F',
    });
  }
  const parsed = new URL(url);
  const schema = parsed.searchParams.get('schema');
  parsed.searchParams.delete('schema');
  return { kind: 'postgres', connectionString: parsed.href, ...(schema !== null && { schema }) };
}

/** The URL without its password, which nobody is to read on a screen or in a log. */
export function shownPostgresUrl({ connectionString, schema }: PostgresLocation): string {
  const url = new URL(connectionString);
  url.password = '';
  url.searchParams.delete('password');
  if (schema !== undefined) url.searchParams.set('schema', schema);
  return url.href;
}

/** Rejects with what the store says when the database cannot be used. */
export async function openPostgresStore(
  { connectionString, schema }: PostgresLocation,
  options: { readonly create?: boolean } = {},
): Promise<Store> {
  const { postgresStore } = await import('@weftline/persistence-postgres');
  try {
    return await postgresStore({ connectionString, ...(schema !== undefined && { schema }), ...options });
  } catch (error) {
    if (systemErrorCode(error) !== 'STORE_INVALID_ARGUMENT') throw error;
    throw new ExecutorError(messageOf(error), { code: 'STORE_URL_INVALID', cause: error });
  }
}

/** Whether somebody has kept executions there; creates nothing. */
export async function postgresStoreExists(location: PostgresLocation): Promise<boolean> {
  try {
    const store = await openPostgresStore(location, { create: false });
    await store.close();
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'STORE_NOT_FOUND') return false;
    throw error;
  }
}
