import { join } from 'node:path';
import { Tally, type Case, type CaseOutcome } from '../case.ts';
import { shownExit } from '../child.ts';
import { fileVariants, mediaOf, postgresVariants, type Variant } from '../media.ts';
import type { StoreKind } from '../medium.ts';
import { newScene } from '../scene.ts';
import type { Stage } from '../stage.ts';
import { straceWords } from '../strace.ts';

/** Where a process is killed: before the nth of these calls. */
interface KillPoint {
  readonly name: string;
  /** One system call, because strace counts each by itself. */
  readonly call: string;
  /** Only calls about what was acknowledged, which come right after the medium was written. */
  readonly atAcknowledgements?: true;
  /** How far one point is from the next, where there are many alike. Default 1. */
  readonly stride?: number;
}

const acknowledgements: KillPoint = { name: 'acknowledgement', call: 'write', atAcknowledgements: true, stride: 3 };
const fileSyncs: readonly KillPoint[] = [
  { name: 'fdatasync', call: 'fdatasync' },
  { name: 'fsync', call: 'fsync' },
];

/** Files are written at positions; what goes to a server is gathered from several buffers. */
const pointsOf: Readonly<Record<StoreKind, readonly KillPoint[]>> = {
  'segment-file': [{ name: 'write', call: 'pwrite64' }, ...fileSyncs, acknowledgements],
  // SQLite writes each page of a commit, and the header of it, by themselves.
  sqlite: [{ name: 'write', call: 'pwrite64', stride: 7 }, ...fileSyncs, acknowledgements],
  postgres: [{ name: 'send', call: 'writev' }, acknowledgements],
};

const work = { items: 24, pauseMs: 6, padBytes: 120 };

/** A process is killed before its nth call of a kind, for every n until it gets through without making so many. */
async function killAtCalls(stage: Stage, variant: Variant, point: KillPoint): Promise<CaseOutcome> {
  const tally = new Tally();
  const mediumOf = await mediaOf(stage, variant);
  for (let nth = 1, points = 0; points < stage.pointsMax; nth += stage.stride * (point.stride ?? 1), points++) {
    const name = `${variant.kind}-${variant.policy}-${point.name}-${nth}`;
    const scene = newScene(stage, { medium: mediumOf(name), policy: variant.policy, work, name });
    const log = join(stage.directory, name, 'strace');
    const path = point.atAcknowledgements === undefined ? {} : { path: scene.ledger.acknowledgedFile };
    const exit = await scene.run({ prefix: straceWords({ call: point.call, ...path, fault: 'kill', nth }, log) }).exit;
    const survived = exit.code === 0;
    if (!survived && exit.signal !== 'SIGKILL') scene.tell('a process ends or is killed', shownExit(exit));
    if (!survived) tally.count('killPoints');
    // Every other time, the process that resumes is the first to open what the killed one left behind.
    if (nth % 2 === 1) await scene.look();
    await scene.settle();
    tally.add(scene);
    if (survived || (stage.stopsEarly && tally.hasViolations)) break;
  }
  return tally.outcome();
}

export const killCases: readonly Case[] = [...fileVariants, ...postgresVariants].flatMap((variant) =>
  pointsOf[variant.kind].map((point) => killCase(variant, point)),
);

function killCase(variant: Variant, point: KillPoint): Case {
  return {
    name: `kill-${point.name}/${variant.kind}/${variant.policy}`,
    needs: ['strace', ...(variant.kind === 'postgres' ? (['postgres'] as const) : [])],
    run: (stage) => killAtCalls(stage, variant, point),
  };
}
