import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder, runCli } from '../../apps/executor/test/run-cli.ts';

const workflow = fileURLToPath(new URL('bulk-notify.yaml', import.meta.url));
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
});
afterEach(() => folder.remove());

test(
  'delivers 5,000 notifications once each, though connections break before the answer',
  { timeout: 120_000 },
  async () => {
    const { code, stdout } = await runCli(['run', workflow, '-o', 'json'], { cwd: folder.path });
    const { output } = JSON.parse(stdout) as { readonly output: { readonly repeated: number } };
    expect(code).toBe(0);
    expect(output).toMatchObject({ notifications: 5000, succeeded: 5000, failed: 0, delivered: 5000 });
    expect(output.repeated).toBeGreaterThanOrEqual(50);
  },
);
