import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder, runCli } from '../../apps/executor/test/run-cli.ts';

const workflow = fileURLToPath(new URL('health-check.yaml', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
});
afterEach(() => folder.remove());

interface Report {
  readonly failures: readonly { readonly url: string; readonly attempts: number }[];
}

test('tells which of 1,000 addresses are up, down, flaky and hanging', async () => {
  // A generous limit, so that a busy machine does not make a slow service of a well one.
  const { code, stdout } = await runCli(['run', workflow, '-i', 'time_limit=8s', '-o', 'json'], { cwd: folder.path });
  const { output } = JSON.parse(stdout) as { readonly output: Report };
  expect(code).toBe(0);
  expect(output).toMatchObject({ checked: 1000, up: 975, up_after_retry: 100, down: 20, timed_out: 5 });
  expect(output.failures).toHaveLength(25);
  for (const { url, attempts } of output.failures) expect(attempts).toBe(url.endsWith('7') ? 1 : 3);
});

test('comes to what its case expects, without asking anybody', async () => {
  const { code, stdout } = await runCli(['test', here, '-o', 'json'], { cwd: folder.path });
  expect(JSON.parse(stdout)).toMatchObject({ v: 1, passed: 1, failed: 0, invalid: 0 });
  expect(code).toBe(0);
});
