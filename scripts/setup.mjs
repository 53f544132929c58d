// Installs the workspace on a machine that has only Node and npm. `npm start`, `npm test` and `npm run bench` call
// it first; when nothing changed since the last time it returns at once.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.weftline-setup');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Weftline needs Node 20.19 or later; this is Node ${process.versions.node}.`);
  process.exit(1);
}

const startedByPnpm = (process.env.npm_config_user_agent ?? '').startsWith('pnpm/');
if (startedByPnpm && existsSync(join(modules, '.modules.yaml'))) process.exit(0);

const stamp = createHash('sha256')
  .update(readFileSync(join(root, 'pnpm-lock.yaml')))
  .update(`${process.platform} ${process.arch}`)
  .digest('hex');
if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) process.exit(0);

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
console.error(`Installing the dependencies with ${packageManager} (once, and again when the lockfile changes) ...`);
const command = ['exec', '--yes', '--package', packageManager.split('+')[0], '--', 'pnpm', '--dir', root];
const options = ['install', '--frozen-lockfile', '--config.confirm-modules-purge=false'];
const install = spawnSync('npm', [...command, ...options], {
  // Inside the repository npm would pick the pnpm in node_modules, which the install may replace while it runs.
  cwd: tmpdir(),
  // `npm --silent` is inherited and would hide why an installation failed.
  env: { ...process.env, npm_config_loglevel: undefined },
  stdio: ['ignore', 'inherit', 'inherit'],
  shell: process.platform === 'win32',
});
if (install.status !== 0) {
  console.error(install.error?.message ?? 'The installation failed; the lines above say why.');
  process.exit(install.status ?? 1);
}
writeFileSync(stampFile, stamp);
