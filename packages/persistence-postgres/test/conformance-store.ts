import { basename } from 'node:path';
import type { Store, WritePolicy } from '@weftline/persistence';
import type { StoreConformanceOptions, StoreSetup } from '@weftline/persistence/conformance';
import { afterAll } from 'vitest';
import { postgresStore } from '../src/index.ts';
import { Proxy } from './proxy.ts';
import type { Server } from './server.ts';

/**
 * How the conformance suite makes a store behind a policy, and what the next process finds after a crash: its connections
 * are cut without a word, as the system cuts those of a process that dies.
 */
export function storeOnServer(server: Server, policy: WritePolicy): Pick<StoreConformanceOptions, 'create' | 'crash'> {
  const schemas = new Map<string, string>();
  const proxies = new Map<string, Proxy>();
  afterAll(() => Promise.all([...proxies.values()].map((proxy) => proxy.stop())));
  const open = async (url: string, { directory, nowMs }: StoreSetup): Promise<Store> => {
    const schema = schemas.get(directory) ?? server.newSchema();
    schemas.set(directory, schema);
    return policy(await postgresStore({ connectionString: url, schema, nowMs, reconnectMs: 0 }));
  };
  return {
    create: async (setup) => {
      const proxy = proxies.get(setup.directory) ?? (await Proxy.start(server.url));
      proxies.set(setup.directory, proxy);
      return open(proxy.url, setup);
    },
    crash: (_, setup) => {
      const proxy = proxies.get(setup.directory);
      if (proxy === undefined) throw new Error(`no store was opened for ${basename(setup.directory)}`);
      proxy.drop();
      proxy.refuse(true);
      return open(server.url, setup);
    },
  };
}
