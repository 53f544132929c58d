import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OwnServer } from '../../../packages/persistence-postgres/test/own-server.ts';
import { Tally, type Case, type CaseOutcome } from '../case.ts';
import { shownExit } from '../child.ts';
import type { Ending } from '../list-program.ts';
import { postgresVariants, schemaOn, type Variant } from '../media.ts';
import type { PolicyName } from '../medium.ts';
import { newScene, type Scene } from '../scene.ts';
import type { Stage } from '../stage.ts';
import { callCount, injectedFailure, straceWords, type Injection } from '../strace.ts';
import { waitUntil } from '../wait-until.ts';

const work = { items: 60, pauseMs: 9, padBytes: 60 };

/** The server is stopped in the middle of everything and started again, several times in one run. */
async function restartServer(stage: Stage, { policy }: Variant): Promise<CaseOutcome> {
  const tally = new Tally();
  const server = await stage.newServer();
  const scene = newScene(stage, {
    ...{ medium: await schemaOn(server.url, stage), policy, name: `restarted-${policy}` },
    work: { ...work, items: 200 },
  });
  const child = scene.run();
  for (let times = 1; times <= Math.min(4, stage.pointsMax); times++) {
    await waitUntil(() => child.hasEnded || scene.ledger.completed(1) >= 30 * times, 30_000);
    if (child.hasEnded) break;
    server.stop('immediate');
    await server.start();
    tally.count('serverCrashes');
  }
  const exit = await child.exit;
  if (exit.code !== 0) scene.tell('a process goes on over a restart of its server', shownExit(exit));
  await scene.look();
  await scene.settle();
  tally.add(scene);
  return tally.outcome();
}

/**
 * The session that commits is killed before its nth sync, or that sync fails: the server lets go of all sessions and recovers from
 * its log. What was acknowledged before is there, and the process goes on, or stops for an outcome that it cannot know.
 */
async function breakSyncs(stage: Stage, policy: PolicyName, fault: Injection['fault']): Promise<CaseOutcome> {
  const tally = new Tally();
  const server = await stage.newServer();
  const medium = await schemaOn(server.url, stage);
  for (let nth = 1, points = 0; points < Math.min(12, stage.pointsMax); nth += stage.stride, points++) {
    const name = `sync-${fault}-${policy}-${nth}`;
    const scene = newScene(stage, { medium, policy, work, name });
    const log = join(stage.directory, name, 'strace');
    const isThere = await runTraced(stage, {
      scene,
      server,
      words: straceWords({ call: 'fdatasync', fault, nth }, log),
    });
    if (isThere && (fault === 'kill' ? callCount(log) >= nth : injectedFailure(log) !== undefined))
      tally.count('brokenSyncs');
    await waitUntil(
      () =>
        server.execute('SELECT 1').then(
          () => true,
          () => false,
        ),
      30_000,
    );
    await scene.look();
    await scene.settle();
    tally.add(scene);
  }
  return tally.outcome();
}

/** Runs the scene once, its sessions at the server under strace; false when they could not be traced. */
async function runTraced(
  stage: Stage,
  run: { readonly scene: Scene; readonly server: OwnServer; readonly words: readonly string[] },
): Promise<boolean> {
  const { scene, server, words } = run;
  const child = scene.run({ waits: true });
  const find = 'SELECT pid FROM pg_stat_activity WHERE application_name = $1';
  await waitUntil(() => child.isReady || child.hasEnded, 30_000);
  const sessions = await server.execute<{ pid: number }>(find, [scene.options.execution]);
  const [file = '', ...rest] = words;
  const tracer = spawn(file, [...rest, ...sessions.flatMap(({ pid }) => ['-p', String(pid)])], { stdio: 'ignore' });
  const release = stage.resources.add(() => void tracer.kill());
  const isTraced = await waitUntil(() => sessions.every(({ pid }) => isTracedProcess(pid)), 10_000);
  child.letGo();
  const exit = await child.exit;
  if (exit.code !== 0 && !endedUnknown(exit.ending)) scene.tell('a process goes on, or does not know', shownExit(exit));
  if (tracer.exitCode === null && tracer.signalCode === null) {
    const gone = once(tracer, 'exit');
    tracer.kill('SIGTERM');
    await gone;
  }
  release();
  return isTraced && sessions.length > 0;
}

function endedUnknown(ending: Ending | undefined): boolean {
  return ending !== undefined && 'error' in ending && ending.error.code === 'STORE_UNKNOWN_OUTCOME';
}

function isTracedProcess(pid: number): boolean {
  try {
    return !/^TracerPid:\s*0$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    // The session is gone.
    return false;
  }
}

export const brokenServerCases: readonly Case[] = postgresVariants.flatMap((variant): Case[] => {
  const { kind, policy } = variant;
  return [
    {
      name: `server-restarted/${kind}/${policy}`,
      needs: ['postgres'],
      run: (stage) => restartServer(stage, variant),
    },
    ...(['kill', 'EIO'] as const).map((fault): Case => ({
      name: `server-sync-${fault}/${kind}/${policy}`,
      needs: ['postgres', 'strace'],
      run: (stage) => breakSyncs(stage, policy, fault),
    })),
  ];
});
