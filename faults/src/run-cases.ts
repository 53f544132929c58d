import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { OwnServer, findInstallation } from '../../packages/persistence-postgres/test/own-server.ts';
import type { Ability } from './abilities.ts';
import type { Case, CaseOutcome } from './case.ts';
import type { Resources } from './resources.ts';
import type { Stage } from './stage.ts';

/** What became of a case. */
export type CaseReport = { readonly name: string } & (
  { readonly skipped: string } | (CaseOutcome & { readonly durationMs: number })
);

export interface RunOptions {
  readonly directory: string;
  readonly program: string;
  readonly resources: Resources;
  readonly abilities: Readonly<Record<Ability, string | undefined>>;
  /** How many cases run at once. */
  readonly concurrency: number;
  readonly limits: Pick<Stage, 'stride' | 'pointsMax' | 'stopsEarly'>;
  readonly onReport: (report: CaseReport) => void;
}

/** Runs the cases, those that this machine is able to; a case that breaks has broken a law. */
export async function runCases(cases: readonly Case[], options: RunOptions): Promise<readonly CaseReport[]> {
  const reports: CaseReport[] = [];
  const servers = serversOf(options.resources);
  const waiting = [...cases];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const report = await runCase(next, options, servers);
      reports.push(report);
      options.onReport(report);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, work));
  return reports;
}

async function runCase(
  each: Case,
  options: RunOptions,
  servers: Pick<Stage, 'server' | 'newServer'>,
): Promise<CaseReport> {
  const { name, needs } = each;
  const missing = needs.flatMap((ability) => options.abilities[ability] ?? []);
  if (missing.length > 0) return { name, skipped: missing.join('; ') };
  const startedAtMs = performance.now();
  const directory = join(options.directory, name.replaceAll('/', '-'));
  mkdirSync(directory, { recursive: true });
  const { program, resources, limits } = options;
  const outcome = await each.run({ directory, program, resources, ...servers, ...limits }).catch(brokenCase);
  return { name, ...outcome, durationMs: Math.round(performance.now() - startedAtMs) };
}

function brokenCase(error: unknown): CaseOutcome {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { counts: {}, violations: [{ law: 'the suite itself works', place: '', detail }] };
}

function serversOf(resources: Resources): Pick<Stage, 'server' | 'newServer'> {
  let shared: Promise<OwnServer> | undefined;
  const newServer = async (): Promise<OwnServer> => {
    const installation = findInstallation();
    if (typeof installation === 'string') throw new Error(installation);
    const server = await OwnServer.create(installation);
    resources.add(() => server.remove());
    await server.start();
    return server;
  };
  return { newServer, server: () => (shared ??= newServer()) };
}
