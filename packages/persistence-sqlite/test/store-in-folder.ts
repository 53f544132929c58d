import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Store, WritePolicy } from '@weftline/persistence';
import type { StoreConformanceOptions, StoreSetup } from '@weftline/persistence/conformance';
import { sqliteStore } from '../src/index.ts';

/** How the conformance suite makes a store behind a policy, and what the next process finds after a crash. */
export function storeInFolder(policy: WritePolicy): Pick<StoreConformanceOptions, 'create' | 'crash'> {
  const open = (directory: string, { nowMs }: StoreSetup): Store =>
    policy(sqliteStore({ path: join(directory, 'store.db'), nowMs }));
  return {
    create: (setup) => open(join(setup.directory, 'live'), setup),
    crash: (_, setup) => {
      copyFolder(join(setup.directory, 'live'), join(setup.directory, 'after'));
      return open(join(setup.directory, 'after'), setup);
    },
  };
}

/** In another process, because closing a file here that SQLite has open would drop the locks it holds on it. */
function copyFolder(from: string, to: string): void {
  const script = 'fs.cpSync(process.argv[1], process.argv[2], { recursive: true })';
  const { status } = spawnSync(process.execPath, ['-e', script, from, to]);
  if (status !== 0) throw new Error(`copying ${from} ended with status ${status}`);
}
