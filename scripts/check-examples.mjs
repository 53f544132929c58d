// Runs every example through the built command, as its README tells a reader to, and asserts that each ends well and
// prints its output as JSON. What the outputs must be is asserted by the tests beside the examples.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const command = join(root, 'apps/executor/dist/cli.js');
const work = mkdtempSync(join(tmpdir(), 'weftline-examples-'));

function runExample(name) {
  const file = join(root, 'examples', name, `${name}.yaml`);
  const startedAt = Date.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'run', file], {
    cwd: work,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  assert.equal(status, 0, `weftline run ${name}.yaml ended with ${status}:\n${stderr}`);
  const output = JSON.parse(stdout);
  assert.ok(output !== null && typeof output === 'object', `${name} printed no output`);
  console.log(`${name}: ${Object.keys(output).join(', ')} (${Date.now() - startedAt} ms)`);
}

try {
  const examples = readdirSync(join(root, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.ok(examples.length > 0, 'There are no examples.');
  for (const { name } of examples) runExample(name);
} finally {
  rmSync(work, { recursive: true, force: true });
}
