// Holds the packages to what their users get: packs every public package, lints the tarballs, installs them into an
// empty project with npm, and runs and type-checks the hello there. The packages must have been built.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'weftline-packages-'));
const tarballs = join(work, 'tarballs');
const project = join(work, 'project');
const windows = process.platform === 'win32';

function run(cwd, command, ...args) {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', shell: windows });
  if (result.status === 0) return result.stdout;
  const said = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`;
  throw new Error(`${[command, ...args].join(' ')} ended with ${result.status}:\n${said}`);
}

const tool = (cwd, name, ...args) => run(cwd, join(root, 'node_modules/.bin', name), ...args);
const node = (...args) => run(project, process.execPath, ...args);

function publicPackages() {
  const folders = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name)),
  );
  return folders
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** Packs one package and checks its tarball, which is what the registry would get: pnpm rewrites `workspace:` in it. */
function packAndLint({ folder, manifest }) {
  const tarball = JSON.parse(tool(folder, 'pnpm', 'pack', '--json', '--pack-destination', tarballs)).filename;
  tool(folder, 'publint', 'run', '--strict', tarball);
  // A package with nothing to import, only a command, has no types to get wrong.
  if ('.' in manifest.exports) tool(folder, 'attw', tarball, '--profile', 'esm-only');
  const files = JSON.parse(run(work, 'npm', 'pack', tarball, '--dry-run', '--json'))[0].files.map((file) => file.path);
  assert.ok(files.includes('LICENSE'), `${manifest.name} is packed without the licence`);
  assert.ok(!files.some((file) => /\.test\.|^src\//.test(file)), `${manifest.name} packs sources or tests`);
  console.log(`packed and linted: ${manifest.name} (${files.length} files)`);
  return tarball;
}

function checkHello() {
  const hello = readFileSync(join(root, 'scripts/hello/hello.ts'), 'utf8');
  writeFileSync(join(project, 'hello.mjs'), hello);
  writeFileSync(join(project, 'hello.cjs'), hello.replace(/^import (.*) from (.*);$/gm, 'const $1 = require($2);'));
  writeFileSync(join(project, 'hello.ts'), hello);
  for (const file of ['hello.mjs', 'hello.cjs']) {
    assert.equal(node(file), '{"greeting":"hello weft"}\n'.repeat(2), `${file} printed something else`);
    console.log(`ran: ${file}`);
  }
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const compilerOptions = { module, moduleResolution, target: 'es2023', strict: true, noEmit: true, types: ['node'] };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['hello.ts'] }));
    tool(project, 'tsc', '-p', project);
    console.log(`type-checked: ${moduleResolution}`);
  }
}

try {
  mkdirSync(tarballs);
  mkdirSync(project);
  const packages = publicPackages();
  const packed = packages.map(packAndLint);
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'hello', private: true, type: 'module' }));
  run(project, 'npm', 'install', '--no-audit', '--no-fund', ...packed, `@types/node@${devDependencies['@types/node']}`);
  checkHello();
  const version = run(project, join(project, 'node_modules/.bin/weftline'), 'version');
  const expected = packages.find(({ manifest }) => manifest.name === 'weftline').manifest.version;
  assert.ok(version.includes(expected), `weftline version printed '${version.trim()}', expected ${expected}`);
  console.log(`ran: weftline version (${version.trim()})`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
