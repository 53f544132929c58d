import type { StoreMaintenance } from './maintenance.ts';

/** The maintenance of a store behind a decorator: every call waits for `before`, which may refuse it. */
export function maintenanceAfter(maintenance: StoreMaintenance, before: () => Promise<void>): StoreMaintenance {
  return {
    check: (scope) => streamAfter(before, () => maintenance.check(scope)),
    dump: (scope) => streamAfter(before, () => maintenance.dump(scope)),
    vacuum: async (options) => {
      await before();
      return maintenance.vacuum(options);
    },
  };
}

async function* streamAfter<T>(before: () => Promise<void>, open: () => AsyncIterable<T>): AsyncGenerator<T> {
  await before();
  yield* open();
}
