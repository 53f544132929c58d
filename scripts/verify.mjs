// Everything that continuous integration checks, one step after the other; the first failure ends it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const steps = [
  // Installs by itself; forced, because a cached pass proves nothing about this machine.
  { script: 'test', env: { TURBO_FORCE: 'true' } },
  { script: 'lint' },
  { script: 'format:check' },
  { script: 'cycles' },
  { script: 'knip' },
  { script: 'build' },
  { script: 'check:packages' },
  { script: 'check:release' },
  { script: 'check:examples' },
  { script: 'check:bench' },
];

const cwd = fileURLToPath(new URL('..', import.meta.url));
const startedAt = Date.now();
const seconds = () => Math.round((Date.now() - startedAt) / 1000);

for (const [index, { script, env }] of steps.entries()) {
  console.log(`\n== ${index + 1}/${steps.length} npm run ${script} (${seconds()} s so far)`);
  const { status } = spawnSync('npm', ['run', script], {
    cwd,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`\n== failed: npm run ${script}`);
    process.exit(status ?? 1);
  }
}
console.log(`\n== all ${steps.length} steps passed in ${seconds()} s`);
