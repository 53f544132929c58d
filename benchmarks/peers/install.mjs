// Installs the peers, once for each lockfile and Node. Nothing of them runs at installation: what needs a script does without.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const modules = join(folder, 'node_modules');
const stampFile = join(modules, '.weftline-peers');

/** Why they could not be installed, or undefined when they are there. */
export function installPeers() {
  const stamp = createHash('sha256')
    .update(readFileSync(join(folder, 'pnpm-lock.yaml')))
    .update(`${process.version} ${process.platform} ${process.arch}`)
    .digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return undefined;
  // Packages that another Node left out would be linked, but not complete.
  rmSync(modules, { recursive: true, force: true });
  const { packageManager } = JSON.parse(readFileSync(join(folder, '../../package.json'), 'utf8'));
  console.error(`Installing the peers with ${packageManager} (about 500 MB, once) ...`);
  const pnpm = ['exec', '--yes', '--package', packageManager.split('+')[0], '--', 'pnpm', '--dir', folder];
  const { status, stderr, stdout, error } = spawnSync(
    'npm',
    [...pnpm, 'install', '--ignore-workspace', '--ignore-scripts', '--frozen-lockfile', '--prefer-offline'],
    { cwd: tmpdir(), encoding: 'utf8', shell: process.platform === 'win32' },
  );
  if (status !== 0)
    return `the peers did not install: ${error?.message ?? `${stdout}${stderr}`.trim().split('\n').at(-1)}`;
  writeFileSync(stampFile, stamp);
  return undefined;
}
