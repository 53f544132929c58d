import type { Database } from './database.ts';
import type { ExecutorProcess } from './executor-process.ts';
import type { History } from './history.ts';
import type { World } from './world.ts';

export interface Stage {
  readonly world: World;
  readonly database: Database;
  readonly history: History;
  readonly executors: readonly ExecutorProcess[];
  /** What goes wrong on links by itself; shared by all of them, and set to nothing when everything is mended. */
  readonly faults: { breaks: number; slow: number };
  readonly spawn: () => void;
  readonly bury: (dead: ExecutorProcess) => void;
}

/** One thing that goes wrong, or that somebody asks for, at a moment of a run. */
export type Disturbance = (stage: Stage) => string;

/** Disturbs one of the executors that are alive, where there is one. */
const ofOne =
  (disturb: (stage: Stage, executor: ExecutorProcess) => string): Disturbance =>
  (stage) => {
    const [first, ...others] = stage.executors;
    if (first === undefined) return 'nobody is alive';
    const chosen = stage.world.random.pick([first, ...others]);
    return `${chosen.process.id}: ${disturb(stage, chosen)}`;
  };

const kill = ofOne((stage, executor) => {
  executor.process.kill();
  stage.bury(executor);
  stage.world.schedule(stage.world.random.integer(0, 20_000), stage.spawn);
  return 'kill';
});

const freeze = ofOne(({ world }, { process }) => {
  const durationMs = world.random.integer(100, 60_000);
  process.freeze(durationMs);
  return `freeze for ${durationMs} ms`;
});

const cutLink = ofOne(({ world }, { link }) => {
  const durationMs = world.random.integer(10, 40_000);
  link.cut(durationMs);
  return `cut off for ${durationMs} ms`;
});

const cutPower: Disturbance = ({ world, database }) => {
  database.cutPower(world.random.integer(10, 10_000));
  return 'cut the power of the database';
};

const killServer: Disturbance = ({ world, database }) => {
  database.killServer(world.random.integer(10, 5_000));
  return 'kill the database';
};

const failDisk: Disturbance = ({ world, database }) => {
  const code = world.random.pick<'EIO' | 'ENOSPC'>(['EIO', 'ENOSPC']);
  database.failDiskSoon(code);
  return `${code} of the disk`;
};

const ask: Disturbance = ({ world, database, history }) => {
  const [first, ...others] = history.definitions.keys();
  if (first === undefined) return 'nobody to ask';
  const execution = world.random.pick([first, ...others]);
  const kind = world.random.pick<'pause' | 'resume' | 'cancel'>(['pause', 'resume', 'resume', 'cancel']);
  if (kind === 'cancel') history.cancelsRequested.add(execution);
  // Whoever asks is told of a database that is down; here nobody asks again.
  database.store?.request({ execution, kind }).catch(() => undefined);
  return `${kind} ${execution}`;
};

export const disturbances: readonly [Disturbance, ...Disturbance[]] = [
  ...([kill, kill, freeze, freeze, cutLink, cutLink] as const),
  ...([cutPower, cutPower, killServer, failDisk, ask, ask] as const),
];
