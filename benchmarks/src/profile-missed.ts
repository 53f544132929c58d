import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scenario } from './case.ts';
import type { Profile } from './result.ts';
import { runInChild } from './run-in-child.ts';
import type { Settings } from './settings.ts';
import type { Target } from './targets.ts';

const functionsShown = 10;

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Runs the cell of every missed target once more under the CPU profiler and names its hottest functions. */
export async function profileMissed(
  targets: readonly Target[],
  scenarios: readonly Scenario[],
  settings: Settings,
): Promise<readonly Profile[]> {
  const profiles: Profile[] = [];
  for (const { name, status, cell } of targets) {
    const scenario = scenarios.find((candidate) => candidate.name === cell?.scenario);
    if (status !== 'missed' || cell === null || scenario === undefined) continue;
    const harness = scenario.pace === 'nanoseconds' ? 'mitata' : 'run';
    const directory = mkdtempSync(join(tmpdir(), 'weftline-profile-'));
    try {
      const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${directory}`];
      await runInChild({ ...cell, harness, isControl: false }, settings, { nodeOptions });
      profiles.push({ target: name, functions: hottest(directory) });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  return profiles;
}

function hottest(directory: string): Profile['functions'] {
  const [file] = readdirSync(directory).filter((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) return [];
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(directory, file), 'utf8')) as CpuProfile;
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName || '(anonymous)'} ${url.split('/').at(-1) ?? ''}:${lineNumber + 1}`,
    ]),
  );
  const self = new Map<string, number>();
  for (const [place, id] of samples.entries()) {
    const name = names.get(id) ?? '(unknown)';
    self.set(name, (self.get(name) ?? 0) + (timeDeltas[place] ?? 0));
  }
  const total = [...self.values()].reduce((sum, time) => sum + time, 0);
  return [...self]
    .sort((a, b) => b[1] - a[1])
    .slice(0, functionsShown)
    .map(([name, time]) => ({ name, share: time / total }));
}
