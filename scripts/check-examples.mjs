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
const windows = process.platform === 'win32';
const work = mkdtempSync(join(tmpdir(), 'weftline-examples-'));

function outputOf(title, program, args, options) {
  const startedAt = Date.now();
  const result = spawnSync(program, args, { ...options, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  assert.equal(result.status, 0, `${title} ended with ${result.status}:\n${result.stderr}`);
  const output = JSON.parse(result.stdout);
  assert.ok(output !== null && typeof output === 'object', `${title} printed no output`);
  console.log(`${title}: ${Object.keys(output).join(', ')} (${Date.now() - startedAt} ms)`);
  return output;
}

try {
  const examples = readdirSync(join(root, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.ok(examples.length > 0, 'There are no examples.');
  for (const { name } of examples) {
    const file = join(root, 'examples', name, `${name}.yaml`);
    outputOf(`weftline run ${name}.yaml`, process.execPath, [command, 'run', file], { cwd: work });
  }
  const { lines } = outputOf('npm start', 'npm', ['--silent', 'start'], { cwd: root, shell: windows });
  assert.equal(lines, 10_000, 'npm start has to account for every line of the log');
} finally {
  rmSync(work, { recursive: true, force: true });
}
