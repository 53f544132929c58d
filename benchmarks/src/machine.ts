import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** What figures were taken on; figures of different machines are never compared. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Of the first core; null where it cannot be read. */
  readonly governor: string | null;
  /** Of the control group; null where there is none. */
  readonly cpuLimit: string | null;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  /** Null outside of a checkout. */
  readonly commit: string | null;
  readonly dirty: boolean;
  readonly lockfile: string | null;
}

export function machineOf(): Machine {
  return {
    ...{ cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), memoryBytes: totalmem() },
    governor: textOf('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
    cpuLimit: textOf('/sys/fs/cgroup/cpu.max'),
    ...{ node: process.version, v8: process.versions.v8, platform: `${process.platform} ${process.arch}` },
    ...{ commit: git('rev-parse', 'HEAD'), dirty: (git('status', '--porcelain') ?? '') !== '' },
    lockfile: hashOf(new URL('../../pnpm-lock.yaml', import.meta.url)),
  };
}

/** Average number of processes that wanted to run during the last minute. */
export function loadNow(): number {
  return loadavg()[0] ?? Number.NaN;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    // Not every system tells.
    return null;
  }
}

function hashOf(file: URL): string | null {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
  } catch {
    // Outside of a checkout there is none.
    return null;
  }
}

function git(...words: readonly string[]): string | null {
  try {
    return execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    // No checkout, or no git.
    return null;
  }
}
