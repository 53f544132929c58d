import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnServer } from '../../../packages/persistence-postgres/test/own-server.ts';
import { Proxy } from '../../../packages/persistence-postgres/test/proxy.ts';
import { Tally, type Case, type CaseOutcome } from '../case.ts';
import { shownExit } from '../child.ts';
import { postgresVariants, schemaOn, type Variant } from '../media.ts';
import { newScene } from '../scene.ts';
import type { Stage } from '../stage.ts';

const work = { items: 120, pauseMs: 15, padBytes: 60 };

interface Disturbed {
  readonly server: OwnServer;
  readonly proxy: Proxy;
  /** How the sessions of the process call themselves. */
  readonly application: string;
}

/** What happens to the connections that there are. */
const losses: Readonly<Record<string, (place: Disturbed) => Promise<void>>> = {
  dropped: async ({ proxy }) => proxy.drop(),
  terminated: async ({ server, application }) => {
    await server.execute('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
      application,
    ]);
  },
  /** The server does what it is asked, and nobody hears of it. */
  muted: async ({ proxy }) => {
    proxy.mute();
    await sleep(2_500);
  },
  /** Neither end hears of the other, and what was on its way arrives in the end. */
  frozen: async ({ proxy }) => {
    const deliver = proxy.freeze();
    await sleep(2_500);
    deliver();
  },
};

/** Connections are lost while a process runs; it goes on without anybody's help. */
async function loseConnections(stage: Stage, variant: Variant, loss: string): Promise<CaseOutcome> {
  const tally = new Tally();
  const server = await stage.server();
  const medium = await schemaOn(server.url, stage);
  const lose = losses[loss];
  if (lose === undefined || medium.kind !== 'postgres') throw new Error(`${loss}: there is no such loss`);
  const proxy = await Proxy.start(server.url);
  const name = `${loss}-${variant.policy}`;
  try {
    const scene = newScene(stage, { medium: { ...medium, url: proxy.url }, policy: variant.policy, work, name });
    const child = scene.run();
    const timesMax = loss === 'muted' || loss === 'frozen' ? 2 : 8;
    for (let times = 0; times < timesMax && !child.hasEnded;) {
      const before = scene.ledger.completed(1);
      await sleep(20 + 17 * (times % 3));
      // Only a connection over which completions go is worth losing.
      if (scene.ledger.completed(1) === before || child.hasEnded) continue;
      await lose({ server, proxy, application: name });
      times += 1;
      tally.count('lostConnections');
    }
    const exit = await child.exit;
    if (exit.code !== 0) scene.tell('a process goes on over lost connections', shownExit(exit));
    await scene.look();
    await scene.settle();
    tally.add(scene);
  } finally {
    await proxy.stop();
  }
  return tally.outcome();
}

export const lostConnectionCases: readonly Case[] = postgresVariants.flatMap((variant) =>
  Object.keys(losses).map((loss) => ({
    name: `connection-${loss}/${variant.kind}/${variant.policy}`,
    needs: ['postgres'] as const,
    run: (stage) => loseConnections(stage, variant, loss),
  })),
);
