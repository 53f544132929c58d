import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, type Medium } from '../medium.ts';
import { Tally, type Case, type CaseOutcome } from '../case.ts';
import { shownExit, type Child, type Exit } from '../child.ts';
import { mediaOf, sharedVariants, type Variant } from '../media.ts';
import { newScene, type Scene } from '../scene.ts';
import type { Stage } from '../stage.ts';
import { waitUntil } from '../wait-until.ts';

const work = { items: 40, pauseMs: 30, padBytes: 60 };
const leaseMs = 900;

/** How many completions the successor has been told of when the frozen owner goes on; all of them, once it has ended. */
const thawsAfter = ['the end', 1, 12, 'the end', 5] as const;

/** An owner stands still until its lease is over and another process has taken the execution over, and then goes on. */
async function freezeOwner(stage: Stage, variant: Variant): Promise<CaseOutcome> {
  const tally = new Tally();
  const mediumOf = await mediaOf(stage, variant);
  for (const [place, thaw] of thawsAfter.slice(0, stage.pointsMax).entries()) {
    const name = `${variant.kind}-${variant.policy}-frozen-${place}`;
    const medium = { ...mediumOf(name), leaseMs };
    const scene = newScene(stage, { medium, policy: variant.policy, work, name });
    const zombie = scene.run();
    await waitUntil(() => zombie.hasEnded || scene.ledger.completed(1) >= 3 + place, 30_000);
    await freeze(zombie, medium);
    const successor = scene.run({ patienceMs: 30_000 });
    if (thaw === 'the end') await successor.exit;
    else await waitUntil(() => successor.hasEnded || scene.ledger.completed(2) >= thaw, 40_000);
    await checkZombie(scene, { zombie, successor, medium });
    tally.count('frozenOwners');
    await scene.settle();
    tally.add(scene);
    if (stage.stopsEarly && tally.hasViolations) break;
  }
  return tally.outcome();
}

/**
 * Stops the process. One that holds the lock of an SQLite file while it stands still keeps everybody else from writing, so that
 * nobody can take over from it; it is stopped again a little later.
 */
async function freeze(child: Child, medium: Medium): Promise<void> {
  for (;;) {
    child.signal('SIGSTOP');
    await sleep(5);
    if (medium.kind !== 'sqlite' || !isLockedForWriting(medium.path)) return;
    child.signal('SIGCONT');
    await sleep(1);
  }
}

/** Whether a process has the lock for writing, as the system tells; it lies at a fixed place of the file of shared memory. */
function isLockedForWriting(path: string): boolean {
  const { ino } = statSync(`${path}-shm`);
  const lock = new RegExp(` WRITE \\d+ \\S+:${ino} 120 12\\d$`, 'm');
  return lock.test(readFileSync('/proc/locks', 'utf8'));
}

/** Lets the zombie go on: whatever it does, nothing of it is written and nothing is acknowledged to it. */
async function checkZombie(
  scene: Scene,
  cast: { readonly zombie: Child; readonly successor: Child; readonly medium: Medium },
): Promise<void> {
  const { zombie, successor, medium } = cast;
  const before = successor.hasEnded ? await shownSummary(medium, scene.options.execution) : undefined;
  zombie.signal('SIGCONT');
  const exit = await zombie.exit;
  if (!isLost(exit)) scene.tell('a former owner is told that it has lost the execution', shownExit(exit));
  const succeeded = await successor.exit;
  if (succeeded.code !== 0) scene.tell('a successor is not disturbed by a former owner', shownExit(succeeded));
  const after = await shownSummary(medium, scene.options.execution);
  if (before !== undefined && before !== after) scene.tell('a stale epoch writes nothing', `${before} became ${after}`);
}

function isLost({ code, ending }: Exit): boolean {
  return code === 1 && ending !== undefined && 'error' in ending && ending.error.code === 'EXECUTION_LOST';
}

async function shownSummary(medium: Medium, execution: string): Promise<string> {
  const store = await openStore(medium, `${execution}-look`);
  try {
    return JSON.stringify(await store.get(execution));
  } finally {
    await store.close();
  }
}

export const frozenOwnerCases: readonly Case[] = sharedVariants.map((variant) => ({
  name: `frozen-owner/${variant.kind}/${variant.policy}`,
  needs: ['signals', 'lock table', ...(variant.kind === 'postgres' ? (['postgres'] as const) : [])],
  run: (stage) => freezeOwner(stage, variant),
}));
