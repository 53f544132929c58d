// Every benchmark runs once and answers right; then a small real run is held against the thresholds.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'weftline-bench-'));

function run(script, args, env) {
  const { status } = spawnSync(process.execPath, [join(root, 'benchmarks/dist', script), ...args], {
    cwd: root,
    env: { ...process.env, BENCH_OUT: out, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) {
    rmSync(out, { recursive: true, force: true });
    process.exit(status ?? 1);
  }
}

run('main.js', [], { BENCH_SMOKE: '1' });
run('main.js', [], {
  ...{ BENCH_QUICK: '1', BENCH_ROUNDS: '3', BENCH_SCENARIOS: 'context-fork,lock-contention,graph-build' },
  BENCH_STRATEGIES: 'item-context,mailbox,createGraph',
});
run('check.js', [join(out, 'latest.json')], {});
rmSync(out, { recursive: true, force: true });
