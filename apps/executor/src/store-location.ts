import { nearestName } from '@weftline/expression';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Store } from '@weftline/persistence';
import { ExecutorError, messageOf, systemErrorCode } from './errors.ts';
import {
  isPostgresUrl,
  openPostgresStore,
  parsePostgresUrl,
  postgresStoreExists,
  shownPostgresUrl,
} from './postgres-location.ts';
import type { PostgresLocation } from './postgres-location.ts';

/** Where executions are kept, with an absolute path. */
export type StoreLocation =
  | PostgresLocation
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'memory' };

export const DEFAULT_STORE_URL = 'sqlite:.weftline/weftline.db';

const KINDS: readonly string[] = ['postgres', 'sqlite', 'file', 'memory'];

/** Reads `sqlite:<file>`, `file:<directory>`, `memory:` or `postgres://…`; paths are relative to `directory`. */
export function parseStoreUrl(url: string, directory: string): StoreLocation {
  if (isPostgresUrl(url)) return parsePostgresUrl(url);
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):(.*)$/s.exec(url) ?? [];
  if (scheme === 'memory' && rest === '') return { kind: 'memory' };
  if ((scheme === 'sqlite' || scheme === 'file') && rest !== undefined) {
    const path = rest.replace(/^\/\/(?=\/)/, '');
    if (path !== '' && !path.startsWith('//') && !path.includes('\0')) {
      return { kind: scheme, path: resolve(directory, path) };
    }
  }
  const near = scheme === undefined || KINDS.includes(scheme) ? undefined : nearestName(scheme, KINDS);
  throw new ExecutorError(
    `expected sqlite:<file>, file:<directory>, postgres://… or memory: as the store, got ${JSON.stringify(url)}`,
    {
      code: 'STORE_URL_INVALID',
      ...(near !== undefined && { hint: `did you mean "${near}:"?` }),
    },
  );
}

/** The URL that names the same store from everywhere, for everybody to see: it holds no password. */
export function storeUrl(location: StoreLocation): string {
  if (location.kind === 'postgres') return shownPostgresUrl(location);
  return location.kind === 'memory' ? 'memory:' : `${location.kind}:${location.path}`;
}

/** Whether something is there already; commands that only read do not create a store. */
export function storeExists(location: StoreLocation): Promise<boolean> {
  if (location.kind === 'postgres') return postgresStoreExists(location);
  if (location.kind === 'memory') return Promise.resolve(false);
  return exists(location.path);
}

/** Opens the store, and creates it when needed. Rejects with STORE_UNAVAILABLE or what the store itself says. */
export async function openStore(location: StoreLocation): Promise<Store> {
  if (location.kind === 'memory') {
    const { memoryStore } = await import('@weftline/persistence');
    return memoryStore();
  }
  if (location.kind === 'postgres') return openPostgresStore(location);
  await makeDirectory(location.kind === 'sqlite' ? dirname(location.path) : location.path, location);
  if (location.kind === 'file') {
    const { segmentFileStore } = await import('@weftline/persistence/segment-file-store');
    return segmentFileStore({ directory: location.path });
  }
  const { sqliteStore } = await import('@weftline/persistence-sqlite');
  return sqliteStore({ path: location.path });
}

async function makeDirectory(directory: string, location: StoreLocation): Promise<void> {
  try {
    await makeEach(directory);
  } catch (error) {
    throw new ExecutorError(`cannot open the store ${storeUrl(location)}: ${messageOf(error)}`, {
      code: 'STORE_UNAVAILABLE',
      cause: error,
    });
  }
}

/**
 * Makes a folder and those above it, one at a time: the recursive form of mkdir never returns where a file system
 * answers that the parent does not exist although it does, as the one under /proc.
 */
async function makeEach(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return assertDirectory(directory);
    const parent = dirname(directory);
    if (code !== 'ENOENT' || parent === directory || (await exists(parent))) throw error;
    await makeEach(parent);
    await mkdir(directory);
  }
}

async function assertDirectory(directory: string): Promise<void> {
  if (!(await stat(directory)).isDirectory()) throw new Error(`expected a folder at ${directory}, got a file`);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
