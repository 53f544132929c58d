// Runs `changeset version` on a copy of the repository and asserts what a release would write: a higher version and a
// changelog entry for every package that a changeset names, and internal dependencies that still follow the workspace.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const copy = mkdtempSync(join(tmpdir(), 'weftline-release-'));

const git = (cwd, ...args) => execFileSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
const manifests = () =>
  git(copy, 'ls-files', '*package.json')
    .trim()
    .split('\n')
    .map((file) => ({
      folder: join(copy, dirname(file)),
      manifest: JSON.parse(readFileSync(join(copy, file), 'utf8')),
    }));

function copyRepository() {
  const files = git(root, 'ls-files', '--cached', '--others', '--exclude-standard', '-z').split('\0');
  for (const file of files.filter((name) => name !== '' && existsSync(join(root, name)))) {
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  git(copy, 'init', '--quiet');
  git(copy, 'add', '.');
  const identity = ['-c', 'user.name=release check', '-c', 'user.email=release-check@localhost'];
  git(copy, ...identity, '-c', 'commit.gpgsign=false', 'commit', '--quiet', '--no-verify', '--message', 'Copy');
}

/** What the pending changesets promise: package name -> the first lines of their summaries. */
function promises() {
  const folder = join(copy, '.changeset');
  const pending = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
  if (pending.length === 0) {
    writeFileSync(join(folder, 'probe.md'), `---\n'@weftline/graph': patch\n---\n\nA probe of the release.\n`);
    pending.push('probe.md');
  }
  const promised = new Map();
  for (const name of pending) {
    const [, head, body] = readFileSync(join(folder, name), 'utf8').split('---');
    const line = body.trim().split('\n')[0];
    for (const [, quoted] of head.matchAll(/['"]([^'"]+)['"]\s*:/g))
      promised.set(quoted, [...(promised.get(quoted) ?? []), line]);
  }
  return promised;
}

try {
  copyRepository();
  const before = new Map(manifests().map(({ manifest }) => [manifest.name, manifest.version]));
  const promised = promises();
  execFileSync(process.execPath, [join(root, 'node_modules/@changesets/cli/bin.js'), 'version'], {
    cwd: copy,
    stdio: 'inherit',
  });

  const after = new Map(manifests().map((entry) => [entry.manifest.name, entry]));
  for (const [name, lines] of promised) {
    const { folder, manifest } =
      after.get(name) ?? assert.fail(`A changeset names ${name}, which is not in the workspace.`);
    assert.notEqual(manifest.version, before.get(name), `${name} keeps its version`);
    const changelog = readFileSync(join(folder, 'CHANGELOG.md'), 'utf8');
    assert.ok(changelog.includes(`## ${manifest.version}\n`), `${name} has no changelog entry for ${manifest.version}`);
    for (const line of lines) assert.ok(changelog.includes(line), `The changelog of ${name} lacks: ${line}`);
    console.log(`${name} ${before.get(name)} -> ${manifest.version}`);
  }
  for (const { manifest } of after.values()) {
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
      if (after.has(name)) assert.equal(range, 'workspace:^', `${manifest.name} depends on ${name} by ${range}`);
    }
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
