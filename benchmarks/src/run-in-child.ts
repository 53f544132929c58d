import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CellRequest, CellSample } from './cell.ts';
import type { PlannedCell } from './plan.ts';
import type { Settings } from './settings.ts';

const cellTimeoutMs = 120_000;

/** Node's own options of a cell: collections on demand, and a young generation that a sample does not fill. */
const nodeOptions = ['--expose-gc'];
const largeYoungGeneration = ['--max-semi-space-size=128'];

export function runInChild(
  { scenario, strategy, n, c, harness, youngGeneration }: PlannedCell,
  settings: Settings,
  options: { readonly nodeOptions?: readonly string[] } = {},
): Promise<CellSample> {
  const request: CellRequest = { cell: { scenario, strategy, n, c }, harness, smoke: settings.extent === 'smoke' };
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('run-cell.js', import.meta.url));
    const child = fork(script, [JSON.stringify(request)], {
      execArgv: [
        ...[...nodeOptions, ...(youngGeneration === undefined ? largeYoungGeneration : [])],
        ...(options.nodeOptions ?? []),
      ],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let sample: CellSample | undefined;
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4_000)));
    const timer = setTimeout(() => {
      errors += `no answer within ${cellTimeoutMs / 1000} s`;
      child.kill('SIGKILL');
    }, cellTimeoutMs);
    child.on('message', (message) => (sample = message as CellSample));
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      if (sample !== undefined && code === 0) resolve(sample);
      else reject(new Error(reasonIn(errors) ?? `ended with exit code ${String(code)}`));
    });
  });
}

/** The line that names the error, out of what a failing process leaves behind. */
function reasonIn(errors: string): string | undefined {
  const lines = errors.split('\n').map((line) => line.trim());
  return lines.find((line) => /^\w*(Error|Exception)\b.*:/.test(line)) ?? lines.findLast((line) => line !== '');
}
