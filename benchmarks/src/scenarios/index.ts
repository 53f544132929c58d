import type { Scenario } from '../case.ts';

/** In the order of the report; each by itself, so that a cell's process loads only what it measures. */
const loaders: Readonly<Record<string, () => Promise<Scenario>>> = {
  'context-fork': async () => (await import('./context-fork.ts')).contextFork,
  'context-fork-bytes': async () => (await import('./context-fork.ts')).contextForkBytes,
  'context-fork-render': async () => (await import('./context-fork-render.ts')).contextForkRender,
  'with-items': async () => (await import('./with-items.ts')).withItems,
  'with-items-stores': async () => (await import('./with-items-stores.ts')).withItemsStores,
  'long-lists': async () => (await import('./long-lists.ts')).longLists,
  'lock-contention': async () => (await import('./lock-contention.ts')).lockContention,
  'row-locks': async () => (await import('./row-locks.ts')).rowLocks,
  'wake-latency': async () => (await import('./wake-latency.ts')).wakeLatency,
  'concurrent-appends': async () => (await import('./concurrent-appends.ts')).concurrentAppends,
  'state-writes': async () => (await import('./state-writes.ts')).stateWrites,
  'graph-build': async () => (await import('./graph.ts')).graphBuild,
  'graph-lookup': async () => (await import('./graph.ts')).graphLookup,
  'before-after': async () => (await import('./before-after.ts')).beforeAfter,
  peers: async () => (await import('./peers.ts')).peers,
};

export const scenarioNames: readonly string[] = Object.keys(loaders);

export async function loadScenario(name: string): Promise<Scenario> {
  const load = loaders[name];
  if (load === undefined) throw new Error(`no scenario ${name}`);
  return load();
}
