import type { StoreMaintenance } from '@weftline/persistence';
import { ExecutorError } from './errors.ts';
import type { Settings } from './settings.ts';
import { openStore, storeExists, storeUrl } from './store-location.ts';

/** What a command does with a store, apart from any engine. */
export interface MaintainedStore {
  readonly maintenance: StoreMaintenance;
  /** Short name of the kind of store. */
  readonly name: string;
  /** The id of the newest execution where `@latest` is given. Rejects with EXECUTION_NOT_FOUND when there is none. */
  readonly resolveId: (id: string) => Promise<string>;
}

/** Opens the store, which must exist, for as long as `use` takes. */
export async function withMaintenance<Result>(
  { store: location }: Settings,
  use: (store: MaintainedStore) => Promise<Result>,
): Promise<Result> {
  if (!(await storeExists(location))) {
    throw new ExecutorError(`there is no store at ${storeUrl(location)}`, {
      code: 'FILE_NOT_FOUND',
      hint: 'name another one with --store, WEFTLINE_STORE or a configuration file',
    });
  }
  const store = await openStore(location);
  try {
    const { maintenance, capabilities } = store;
    if (maintenance === undefined) throw new Error(`a store of kind ${capabilities.name} cannot be maintained`);
    const resolveId = async (id: string): Promise<string> => {
      if (id !== '@latest') return id;
      const [newest] = (await store.list({ limit: 1 })).executions;
      if (newest !== undefined) return newest.id;
      throw new ExecutorError('there is no execution in the store', { code: 'EXECUTION_NOT_FOUND' });
    };
    return await use({ maintenance, name: capabilities.name, resolveId });
  } finally {
    await store.close();
  }
}
