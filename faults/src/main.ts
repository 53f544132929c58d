import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAbilities } from './abilities.ts';
import { allCases } from './all-cases.ts';
import { buildProgram } from './build-program.ts';
import { formatCase, formatSummary, summarize } from './report.ts';
import { Resources } from './resources.ts';
import { runCases } from './run-cases.ts';

/*
 * Runs every case whose name contains `FAULTS_ONLY`, prints what became of each, and writes a summary as JSON to the file that
 * `FAULTS_SUMMARY` names. Ends with status 1 when a law was broken, 2 when nothing is called as `FAULTS_ONLY` says.
 */
const { FAULTS_ONLY: only = '', FAULTS_SUMMARY: summaryFile } = process.env;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

const resources = new Resources();
resources.releaseAtExit();

async function run(): Promise<number> {
  const startedAtMs = performance.now();
  const cases = allCases.filter(({ name }) => name.includes(only));
  if (cases.length === 0) {
    process.stderr.write(`FAULTS_ONLY: expected a part of a name such as ${allCases[0]?.name ?? ''}, got ${only}\n`);
    return 2;
  }
  const directory = mkdtempSync(join(tmpdir(), 'weftline-faults-'));
  resources.add(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  const program = await buildProgram(join(directory, 'program'), []);
  const reports = await runCases(cases, {
    ...{ directory, program, resources, abilities: findAbilities(), concurrency: 2 },
    limits: { stride: 1, pointsMax: Infinity, stopsEarly: false },
    onReport: (report) => print(formatCase(report)),
  });
  const summary = summarize(reports, { only, durationMs: Math.round(performance.now() - startedAtMs) });
  print(formatSummary(summary));
  if (summaryFile !== undefined) writeFileSync(summaryFile, `${JSON.stringify(summary, undefined, 2)}\n`);
  return summary.result === 'passed' ? 0 : 1;
}

process.exitCode = await run();
resources.releaseAll();
