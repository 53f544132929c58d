import { join } from 'node:path';
import { Tally, type Case, type CaseOutcome } from '../case.ts';
import { shownExit } from '../child.ts';
import { fileVariants, mediaOf, postgresVariants, type Variant } from '../media.ts';
import type { StoreKind } from '../medium.ts';
import { newScene } from '../scene.ts';
import type { Stage } from '../stage.ts';
import { lastCall, straceWords } from '../strace.ts';

/** Where a process is killed: before the nth of these calls. */
interface KillPoint {
  readonly name: string;
  readonly calls: string;
  /** Only calls about what was acknowledged, which come right after the medium was written. */
  readonly atAcknowledgements?: true;
  /** How far one point is from the next, where there are many alike. Default 1. */
  readonly stride?: number;
}

/** Files are written at positions; what goes to the server goes through sockets. */
const syncs: KillPoint = { name: 'sync', calls: 'fdatasync,fsync' };
const acknowledgements: KillPoint = { name: 'acknowledgement', calls: 'write', atAcknowledgements: true, stride: 3 };

const pointsOf: Readonly<Record<StoreKind, readonly KillPoint[]>> = {
  'segment-file': [{ name: 'write', calls: 'pwrite64' }, syncs, acknowledgements],
  // SQLite writes each page of a commit, and the header of it, by themselves.
  sqlite: [{ name: 'write', calls: 'pwrite64', stride: 5 }, syncs, acknowledgements],
  postgres: [{ name: 'send', calls: 'write,writev,sendto,sendmsg' }, acknowledgements],
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
    const exit = await scene.run({ prefix: straceWords({ ...point, ...path, fault: 'kill', nth }, log) }).exit;
    const survived = exit.code === 0;
    if (!survived && exit.signal !== 'SIGKILL') scene.tell('a process ends or is killed', shownExit(exit));
    if (!survived) tally.count(isJournalCall(variant, point, log) ? 'killPoints' : 'otherKillPoints');
    // Every other time, the process that resumes is the first to open what the killed one left behind.
    if (nth % 2 === 1) await scene.look();
    await scene.settle();
    tally.add(scene);
    if (survived || (stage.stopsEarly && tally.hasViolations)) break;
  }
  return tally.outcome();
}

/** Sockets share their calls with the wake-ups of event loops. */
function isJournalCall({ kind }: Variant, { atAcknowledgements }: KillPoint, log: string): boolean {
  if (kind !== 'postgres' || atAcknowledgements === true) return true;
  return /\(\d+<(socket|TCP)/.test(lastCall(log) ?? '');
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
