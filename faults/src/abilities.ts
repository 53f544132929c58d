import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findInstallation } from '../../packages/persistence-postgres/test/own-server.ts';
import { mountImage, mountMemory, newImage } from './mounts.ts';
import { Resources } from './resources.ts';

/** What a machine may lack. */
export type Ability = 'signals' | 'lock table' | 'strace' | 'mounts' | 'loop devices' | 'postgres';

/** Of each ability, why it is missing; `undefined` when it is there. Found out by trying. */
export function findAbilities(): Readonly<Record<Ability, string | undefined>> {
  const installation = findInstallation();
  return {
    signals: process.platform === 'win32' ? 'processes cannot be stopped and continued on Windows' : undefined,
    'lock table': existsSync('/proc/locks') ? undefined : 'the system does not tell which files are locked',
    strace: tracing(),
    mounts: mounting((directory, resources) => mountMemory(resources, join(directory, 'mount'), '64k')),
    'loop devices': mounting((directory, resources) => {
      const image = join(directory, 'image');
      newImage(image, 8);
      mountImage(resources, image, join(directory, 'mount'));
    }),
    postgres: typeof installation === 'string' ? installation : undefined,
  };
}

function tracing(): string | undefined {
  const inject = ['-e', 'trace=fdatasync', '-e', 'inject=fdatasync:error=EIO:when=1000'];
  const { status, error, stderr } = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', ...inject, 'true'], {
    encoding: 'utf8',
  });
  if (error !== undefined) return `strace cannot be run: ${error.message}`;
  return status === 0 ? undefined : `processes may not be traced: ${stderr.trim()}`;
}

function mounting(attempt: (directory: string, resources: Resources) => void): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may mount';
  const directory = mkdtempSync(join(tmpdir(), 'weftline-abilities-'));
  const resources = new Resources();
  try {
    attempt(directory, resources);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    resources.releaseAll();
    rmSync(directory, { recursive: true, force: true });
  }
}
