import { StoreError } from '../errors.ts';
import type { StoreMaintenance } from '../maintenance/maintenance.ts';
import type { Store } from '../store.ts';

export interface ReopenedMaintenanceOptions {
  /** Makes a call that may be made again where the store fails meanwhile. */
  readonly look: <Result>(call: (store: Store) => Promise<Result>) => Promise<Result>;
  readonly present: () => Promise<Store>;
  /** Whether another store has taken its place. */
  readonly isGone: (store: Store) => boolean;
}

/** The maintenance of whichever store is open; a vacuum is repeated as a whole, and reports on the last time alone. */
export function reopenedMaintenance(options: ReopenedMaintenanceOptions): StoreMaintenance {
  return {
    check: (scope) => stream(options, (maintenance) => maintenance.check(scope)),
    dump: (scope) => stream(options, (maintenance) => maintenance.dump(scope)),
    vacuum: (vacuum) => options.look((store) => maintenanceOf(store).vacuum(vacuum)),
  };
}

async function* stream<Item>(
  { present, isGone }: ReopenedMaintenanceOptions,
  open: (maintenance: StoreMaintenance) => AsyncIterable<Item>,
): AsyncGenerator<Item> {
  const store = await present();
  try {
    yield* open(maintenanceOf(store));
  } catch (cause) {
    if (!(cause instanceof StoreError) || !isGone(store)) throw cause;
    const message = `${cause.message}; the store is opened again after a failure, begin anew`;
    throw new StoreError(message, { code: 'STORE_UNAVAILABLE', retryable: true, cause });
  }
}

function maintenanceOf({ maintenance, capabilities }: Store): StoreMaintenance {
  if (maintenance !== undefined) return maintenance;
  throw new StoreError(
    `expected the store '${capabilities.name}' to have maintenance, as it had when it was opened first`,
    {
      code: 'STORE_UNAVAILABLE',
    },
  );
}
