import { memoryStore } from '@weftline/persistence';
import { postgresStore } from '@weftline/persistence-postgres';
import { sqliteStore } from '@weftline/persistence-sqlite';
import pLimit from 'p-limit';
import type { Scenario, Size, Strategy } from '../case.ts';
import type { OpenPeer, Peer, Place } from './peer.ts';
import { whyUnavailable } from './peers-availability.ts';
import { loadFromPeers } from './peers-folder.ts';
import { preparePeer } from './peers-run.ts';
import { weftline } from './peers-weftline.ts';
import { concurrency, type TaskResult, type Workload } from './peers-workload.ts';

/** A peer that a module of `benchmarks/peers/adapters` opens; `variant` tells that module which store. */
function adapted(name: string, adapter: string, more: Partial<Peer> & { readonly variant?: string } = {}): Peer {
  const { variant, ...rest } = more;
  return {
    name,
    adapter,
    installed: true,
    async open(workload, place) {
      const { open } = await loadFromPeers<{
        readonly open: (workload: Workload, place: Place & { variant: string | undefined }) => Promise<OpenPeer>;
      }>(`adapters/${adapter}.mjs`);
      return open(workload, { ...place, variant });
    },
    ...rest,
  };
}

const mastraNode = { min: 22, why: '@mastra/core asks for 22.13 or later' };

const tooLong = ({ n, c }: Size): string | undefined =>
  n * c > 10_000
    ? 'it hands the whole run to the store for each item: minutes, and gigabytes of memory; see n = 100'
    : undefined;

const catalog: readonly Peer[] = [
  { name: 'p-limit', installed: false, open: openFloor },
  weftline('Weftline in memory', async () => memoryStore()),
  weftline('Weftline on SQLite', async ({ folder }) => sqliteStore({ path: `${folder}/weftline.db` })),
  {
    ...weftline('Weftline on PostgreSQL', ({ postgresUrl }) => postgresStore({ connectionString: postgresUrl ?? '' })),
    services: ['postgres'],
    installed: true,
  },
  adapted('Effect.forEach', 'effect-for-each'),
  adapted('Effect workflow in memory', 'effect-workflow'),
  adapted('DBOS step', 'dbos-step', { services: ['postgres'] }),
  adapted('BullMQ flow', 'bullmq-flow', { services: ['redis'] }),
  adapted('LangGraph Send', 'langgraph-send', { variant: 'none' }),
  adapted('LangGraph Send + MemorySaver', 'langgraph-send', { variant: 'memory' }),
  adapted('LangGraph Send + PostgresSaver', 'langgraph-send', { variant: 'postgres', services: ['postgres'] }),
  adapted('Mastra foreach', 'mastra-foreach', { variant: 'none', node: mastraNode }),
  adapted('Mastra foreach + libSQL', 'mastra-foreach', { variant: 'libsql', node: mastraNode, skip: tooLong }),
  adapted('Restate ctx.run', 'restate-run', {
    node: { min: 22, why: '@restatedev/restate-sdk calls Promise.withResolvers' },
  }),
];

async function openFloor({ tasks, values, runTask, runItem }: Workload): Promise<OpenPeer> {
  return {
    async run() {
      const known: TaskResult[] = [];
      for (let index = 0; index < tasks; index += 1) known.push(await runTask(index));
      const limit = pLimit(concurrency);
      const results = await Promise.all(values.map((value) => limit(() => runItem(value))));
      return { known: known.map(({ index }) => index), results };
    },
    close: async () => undefined,
  };
}

function strategyOf(peer: Peer): Strategy {
  return {
    name: peer.name,
    ...(peer.skip === undefined ? {} : { skip: peer.skip }),
    ...(peer.installed ? { unavailable: () => whyUnavailable(peer) } : {}),
    prepare: (size) => preparePeer(peer, size),
  };
}

/**
 * Belongs to the report only where `BENCH_PEERS=1` asks for it: it installs hundreds of megabytes. The baseline is what is durable
 * and always there, so ratios tell how many times the time of Weftline a peer takes.
 */
export const peers: Scenario = {
  name: 'peers',
  title: 'the same list in other engines',
  operation: 'item',
  pace: 'whole-run',
  floor: 'p-limit',
  baseline: 'Weftline on SQLite',
  sizes: [
    { n: 1_000, c: 0 },
    { n: 1_000, c: 100 },
    { n: 100, c: 100 },
  ],
  quickSizes: [
    { n: 200, c: 0 },
    { n: 100, c: 100 },
  ],
  growth: [],
  notes: [
    'c earlier tasks, one after another, answer about 10 KB each, then a list of n items runs 50 at a time; the items do nothing, so what is measured is each engine. The clock runs from the moment that the last earlier task answers until the caller has the answers, in item order.',
    'Each peer runs in the form that its documents give and that was found to be the cheapest correct one; benchmarks/peers/README.md tells which, on which settings, and what each promises about a crash.',
    'Durability differs, so rows are to be compared only with rows of the same promise: none (p-limit, Effect.forEach, LangGraph and Mastra without a store), memory (Weftline memory, Effect workflow, MemorySaver), every item on disk (Weftline SQLite and PostgreSQL, DBOS, PostgresSaver, libSQL, Restate), and Redis with a sync a second, which may lose that second.',
    'CPU time and memory are those of the Node process over the whole run, the earlier tasks included; a server that the benchmark starts itself (Restate, Redis) is told as serverCpuUsPerItem, PostgreSQL is not counted.',
    'Not measured: slow items, where concurrency decides and no engine does; several processes; crashes and how soon work goes on; hosted products and engines whose servers do not come from the package registry.',
  ],
  strategies: catalog.map(strategyOf),
};
