import { readFileSync } from 'node:fs';
import type { PreparedCase, Size } from '../case.ts';
import type { Peer, Place } from './peer.ts';
import { loadFromPeers } from './peers-folder.ts';
import { checkAnswer, concurrency, functionsOf, type Answer, type Meter } from './peers-workload.ts';

/** One run: what it answered, how long the list took, and what was spent on it. */
interface Run {
  readonly answer: Answer;
  readonly listNs: number;
  readonly itemCalls: number;
  readonly serverCpuNs: number | undefined;
}

/** Makes everything that is not to be timed; what was made is gone again when that fails. */
export async function preparePeer(peer: Peer, size: Size): Promise<PreparedCase> {
  const { openPlace } = await loadFromPeers<{ openPlace: (services: readonly string[]) => Promise<Place> }>(
    'place.mjs',
  );
  const place = await openPlace(peer.services ?? []);
  try {
    return await prepareAt(place, peer, size);
  } catch (error) {
    await place.close();
    throw error;
  }
}

async function prepareAt(place: Place, peer: Peer, { n, c }: Size): Promise<PreparedCase> {
  const meter: Meter = { startedAt: 0n, itemCalls: 0 };
  const values = Array.from({ length: n }, (_, index) => index * 3);
  const open = await peer.open({ tasks: c, values, concurrency, ...functionsOf(c, meter) }, place);
  const serverPid = open.serverPid ?? place.serverPid;
  return {
    operations: n,
    async run(): Promise<Run> {
      Object.assign(meter, { startedAt: process.hrtime.bigint(), itemCalls: 0 });
      const serverBefore = cpuNsOf(serverPid);
      const answer = await open.run();
      const listNs = Number(process.hrtime.bigint() - meter.startedAt);
      const serverAfter = cpuNsOf(serverPid);
      const serverCpuNs = serverAfter === undefined ? undefined : serverAfter - (serverBefore ?? 0);
      return { answer, listNs, itemCalls: meter.itemCalls, serverCpuNs };
    },
    check(run) {
      const { answer, itemCalls } = run as Run;
      checkAnswer(answer, values, c);
      if (itemCalls < n) throw new Error(`expected ${n} items to run, ${itemCalls} did`);
    },
    durationNs: (run) => (run as Run).listNs,
    figures: (run) => figuresOf(run as Run, n),
    async close() {
      try {
        await open.close();
      } finally {
        await place.close();
      }
    },
  };
}

function figuresOf({ itemCalls, serverCpuNs }: Run, n: number): Readonly<Record<string, number>> {
  return {
    callsPerItem: itemCalls / n,
    ...(serverCpuNs === undefined ? {} : { serverCpuUsPerItem: serverCpuNs / 1000 / n }),
  };
}

/** CPU time of another process, in steps of 10 ms; undefined where the system does not tell. */
function cpuNsOf(pid: number | undefined): number | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [userTicks = 0, systemTicks = 0] = fields.split(' ').slice(11, 13).map(Number);
  return (userTicks + systemTicks) * 1e7;
}
