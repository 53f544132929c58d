import { dirname, join } from 'node:path';
import { Tally, type Case, type CaseOutcome } from '../case.ts';
import { shownExit, type Exit } from '../child.ts';
import { fileVariants, mediaOf, type Variant } from '../media.ts';
import { placeOf } from '../medium.ts';
import { newScene, type Scene } from '../scene.ts';
import type { Stage } from '../stage.ts';
import { injectedFailure, straceWords, type InjectedFailure, type Injection } from '../strace.ts';

const work = { items: 24, pauseMs: 6, padBytes: 120 };

type Failure = Pick<Injection, 'call'> & {
  readonly name: string;
  readonly fault: 'EIO' | 'ENOSPC';
  readonly stride: number;
};

const failures: readonly Failure[] = (['EIO', 'ENOSPC'] as const).flatMap((fault) => [
  { name: 'write', call: 'pwrite64', fault, stride: 3 },
  { name: 'fdatasync', call: 'fdatasync', fault, stride: 3 },
  { name: 'fsync', call: 'fsync', fault, stride: 3 },
]);

/** The nth call of a kind fails once, for one n after another until a process gets through without making so many. */
async function failCalls(stage: Stage, variant: Variant, failure: Failure): Promise<CaseOutcome> {
  const tally = new Tally();
  const mediumOf = await mediaOf(stage, variant);
  const stride = stage.stride * failure.stride * (variant.kind === 'sqlite' && failure.name === 'write' ? 5 : 1);
  for (let nth = 1, points = 0; points < stage.pointsMax; nth += stride, points++) {
    const name = `${variant.kind}-${variant.policy}-${failure.name}-${failure.fault}-${nth}`;
    const scene = newScene(stage, { medium: mediumOf(name), policy: variant.policy, work, name });
    const log = join(stage.directory, name, 'strace');
    // What is only made to fail can be found with a filter, which lets everything else pass at full speed.
    const prefix = [...straceWords({ ...failure, nth }, log), '--seccomp-bpf'];
    const exit = await scene.run({ prefix }).exit;
    const failed = injectedFailure(log);
    if (failed === undefined && exit.code !== 0) scene.tell('nothing fails by itself', shownExit(exit));
    if (failed !== undefined) {
      tally.count('failedCalls');
      checkFailure(scene, { exit, failed, failure });
    }
    await scene.look();
    await scene.settle();
    tally.add(scene);
    if (failed === undefined || (stage.stopsEarly && tally.hasViolations)) break;
  }
  return tally.outcome();
}

/** What may be told of a call that failed. A full disk shows before a write has happened; a sync that fails leaves things open. */
function codesOf({ name, fault }: Failure): readonly string[] {
  if (name === 'write' && fault === 'ENOSPC') return ['STORE_UNAVAILABLE', 'STORE_UNKNOWN_OUTCOME'];
  return ['STORE_UNKNOWN_OUTCOME'];
}

function checkFailure(
  scene: Scene,
  { exit, failed, failure }: { readonly exit: Exit; readonly failed: InjectedFailure; readonly failure: Failure },
): void {
  const acknowledged = scene.ledger.acknowledged();
  // What is written after the last task was called is its end, and the lease that is given back; the end may have been durable.
  const last = scene.ledger.calls().find(({ task }) => task === 'add');
  if (exit.code === 0 && last !== undefined && last.atMs < failed.atMs) return;
  const { medium } = scene.options;
  // SQLite goes on when it cannot sync the directory after making a file there.
  if (exit.code === 0 && medium.kind === 'sqlite' && failed.path === dirname(medium.path)) return;
  const { ending } = exit;
  if (exit.code !== 1 || ending === undefined || !('error' in ending)) {
    scene.tell('a failed call ends the process', shownExit(exit));
    return;
  }
  if (acknowledged.some(({ kind }) => kind === 'ended'))
    scene.tell('nothing is acknowledged after a failed call', 'the end was');
  const { code = 'no code', message } = ending.error;
  const wasOpening = !acknowledged.some(({ kind }) => kind === 'started');
  const expected = wasOpening ? ['STORE_UNAVAILABLE', 'STORE_UNKNOWN_OUTCOME'] : codesOf(failure);
  if (!expected.includes(code)) scene.tell('what waited is answered as unknown', `${code}: ${message}`);
  if (!message.includes(placeOf(medium))) scene.tell('a failure names its medium', message);
}

export const failingCallCases: readonly Case[] = fileVariants.flatMap((variant) =>
  failures.map((failure) => ({
    name: `fail-${failure.name}-${failure.fault}/${variant.kind}/${variant.policy}`,
    needs: ['strace'] as const,
    run: (stage) => failCalls(stage, variant, failure),
  })),
);
