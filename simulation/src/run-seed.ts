import { checkRun, type Violation } from './check-run.ts';
import { Database } from './database.ts';
import { disturbances, type Stage } from './disturbances.ts';
import { ExecutorProcess } from './executor-process.ts';
import { History } from './history.ts';
import { StoreError, type Store } from '@weftline/persistence';
import { randomDefinition } from './random-definition.ts';
import { World } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  /** The first so many disturbances of the seed happen; default all. For finding the least that still fails. */
  readonly disturbancesMax?: number;
  /** Default: as many as the seed draws, one to four. */
  readonly executionsMax?: number;
}

export interface RunReport {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly disturbances: readonly string[];
  readonly executions: number;
  /** Of the database, after power cuts, crashes and failures of its disk. */
  readonly restarts: number;
  readonly completions: number;
  readonly steps: number;
  readonly log: readonly string[];
}

const leaseMs = 10_000;
const chaosMs = 90_000;
/** Long enough for every lease to run out and every retry to come round, many times. */
const mendingMs = 3_600_000;
const stepsMax = 300_000;

/**
 * One run, which the seed alone decides: some executors over one database start and run workflows, while processes die and freeze,
 * links break, the disk and the power fail, and people pause and cancel. Then everything is mended, and what is left must come
 * to an end.
 */
export async function runSeed(options: RunOptions): Promise<RunReport> {
  const stage = setStage(options.seed);
  const { world, database, history } = stage;
  startExecutions(stage, options.executionsMax ?? Infinity);
  const said = disturb(stage, options.disturbancesMax ?? Infinity);
  const chaosEndsAtMs = world.nowMs() + chaosMs;
  await world.run(() => world.nowMs() >= chaosEndsAtMs, stepsMax);
  const violations = await mendAndCheck(stage);
  return {
    ...{ seed: options.seed, violations, disturbances: said, steps: world.steps, log: history.log },
    ...{ executions: history.definitions.size, restarts: database.life - 1 },
    completions: [...history.completions.values()].reduce((sum, list) => sum + list.length, 0),
  };
}

function setStage(seed: number): Stage {
  const world = new World(seed);
  const { random } = world;
  const database = new Database(world, leaseMs);
  const history = new History();
  const faults = { breaks: random.chance(0.5) ? 0.02 : 0, slow: random.chance(0.5) ? 0.05 : 0 };
  const executors: ExecutorProcess[] = [];
  let born = 0;
  const spawn = (): void => {
    born += 1;
    executors.push(new ExecutorProcess(`executor-${born}`, { world, database, history, leaseMs, faults }));
  };
  for (let count = random.integer(1, 3); count > 0; count -= 1) spawn();
  const bury = (dead: ExecutorProcess): void => void executors.splice(executors.indexOf(dead), 1);
  return { world, database, history, executors, faults, spawn, bury };
}

function startExecutions({ world, executors }: Stage, executionsMax: number): void {
  const { random } = world;
  const count = Math.min(executionsMax, random.integer(1, 4));
  for (let number = 1; number <= count; number += 1) {
    const definition = randomDefinition(random);
    world.schedule(random.integer(0, 30_000), () => {
      const [first, ...others] = executors;
      if (first !== undefined) void random.pick([first, ...others]).start(`x${number}`, definition);
    });
  }
}

function disturb(stage: Stage, disturbancesMax: number): readonly string[] {
  const { world } = stage;
  const said: string[] = [];
  const startedAtMs = world.nowMs();
  const count = world.random.integer(0, 12);
  for (let number = 0; number < count; number += 1) {
    const atMs = world.random.integer(0, chaosMs);
    const disturbance = world.random.pick(disturbances);
    if (number >= disturbancesMax) continue;
    world.schedule(atMs, () => said.push(`${world.nowMs() - startedAtMs} ms: ${disturbance(stage)}`));
  }
  return said;
}

/** A database that cannot be read is as bad as one that has lost something. */
async function mendAndCheck(stage: Stage): Promise<readonly Violation[]> {
  try {
    return await checkRun(stage, await mend(stage));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return [{ law: 'the database can be read', execution: '', detail: error.message }];
  }
}

/** From here on nothing goes wrong any more; answers whether everything that was started has come to an end or is paused. */
async function mend(stage: Stage): Promise<boolean> {
  const { world, database, history, faults } = stage;
  faults.breaks = 0;
  faults.slow = 0;
  database.mendDisk();
  const endsAtMs = world.nowMs() + mendingMs;
  let isOver = false;
  let failure: Error | undefined;
  const look = async (): Promise<void> => {
    if (database.store !== undefined) isOver = await isSettled(database.store, history);
    if (!isOver) lookIn(1_000);
  };
  const lookIn = (delayMs: number): void =>
    void world.schedule(delayMs, () => void look().catch((error: Error) => (failure = error)));
  lookIn(leaseMs);
  await world.run(() => isOver || failure !== undefined || world.nowMs() >= endsAtMs, stepsMax);
  if (failure !== undefined) throw failure;
  return isOver;
}

async function isSettled(store: Store, history: History): Promise<boolean> {
  for (const id of history.definitions.keys()) {
    const summary = await store.get(id);
    if (summary === undefined || summary.finishedAtMs !== undefined || summary.status === 'paused') continue;
    return false;
  }
  return true;
}
