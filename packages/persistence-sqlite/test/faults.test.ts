import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildChildProgram, startChild } from './child-process.ts';

// What a store answers when the system under it fails for real. Each fault needs a tool that not every machine has.

interface Filled {
  readonly failure: { readonly code: string; readonly message: string; readonly retryable: boolean };
  readonly acknowledged: number;
  readonly next: unknown;
  readonly reading: unknown;
  readonly found: number;
}

// Processes take their time to start on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let programDirectory: string;
let program: string;
let directory: string;
let path: string;

beforeAll(async () => {
  programDirectory = mkdtempSync(join(tmpdir(), 'weftline-child-'));
  program = await buildChildProgram(programDirectory);
});

afterAll(() => rmSync(programDirectory, { recursive: true, force: true }));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'weftline-faults-'));
  path = join(directory, 'store.db');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the role `fill` behind a shell script that sets the stage and ends with `exec "$@"`. */
async function fill(script: string, ...rest: string[]): Promise<Filled> {
  const child = startChild(['sh', '-c', script, 'sh', process.execPath, program, 'fill', path, ...rest]);
  const said = await child.rest();
  expect(child.errors()).toBe('');
  return said[0] as Filled;
}

function succeeds(...command: readonly [string, ...string[]]): boolean {
  const [file, ...words] = command;
  return spawnSync(file, words, { stdio: 'ignore' }).status === 0;
}

const hasShell = succeeds('sh', '-c', 'ulimit -f 1024');
const mayMount = succeeds('unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /tmp');
const mayTrace = succeeds('strace', '-f', '-e', 'inject=fdatasync:error=EIO:when=1000', 'true');

describe('a write that the system refuses in the middle', () => {
  it.skipIf(!hasShell)(
    'is answered as unknown, and nothing more is written until the store is opened again',
    async () => {
      const { failure, acknowledged, next, reading, found } = await fill('ulimit -f 2048; exec "$@"');
      expect(failure).toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME', retryable: false });
      expect(failure.message).toContain(path);
      expect(next).toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
      expect(reading).toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
      expect(acknowledged).toBeGreaterThan(0);
      expect([acknowledged, acknowledged + 1]).toContain(found);
    },
  );
});

// Skipped where processes may not be traced, or strace is not installed.
describe('a sync that fails', () => {
  it.skipIf(!mayTrace)('is final: it is not repeated, and what it was for is answered as unknown', async () => {
    const trace = 'strace -f -qq -o /dev/null -e trace=fdatasync,fsync';
    const script = `exec ${trace} -e inject=fdatasync,fsync:error=EIO:when=12 "$@"`;
    const { failure, acknowledged, next, found } = await fill(script);
    expect(failure).toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME', retryable: false });
    expect(next).toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
    expect([acknowledged, acknowledged + 1]).toContain(found);
  });
});

describe('a sync that fails while a new file is changed to the write-ahead log', () => {
  it.skipIf(!mayTrace)('refuses the store, which can be opened again', async () => {
    const trace = 'strace -f -qq -o /dev/null -e trace=fdatasync,fsync';
    const script = `exec ${trace} -e inject=fdatasync,fsync:error=EIO:when=1 "$@"`;
    const append = ['sh', '-c', script, 'sh', process.execPath, program, 'append', path, 'x', '1x1'];
    expect(await startChild(append).rest()).toEqual([
      { error: expect.objectContaining({ code: 'STORE_UNAVAILABLE' }) as unknown },
    ]);
    const again = startChild([process.execPath, program, 'append', path, 'x', '1x1']);
    expect(await again.rest()).toEqual([{ epoch: 1, head: 0 }, { head: 1 }]);
    expect(await again.exitCode()).toBe(0);
  });
});

// Skipped where file systems may not be mounted, which takes root.
describe('a full disk', () => {
  it.skipIf(!mayMount)(
    'is told as such, loses nothing, and the same call succeeds when there is room again',
    async () => {
      const ballast = join(directory, 'ballast');
      const stage = `mount -t tmpfs -o size=2m none ${directory} && head -c 500000 /dev/zero > ${ballast}`;
      const script = `exec unshare --mount sh -c '${stage} && exec "$@"' sh "$@"`;
      const { failure, acknowledged, next, reading, found } = await fill(script, ballast);
      expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      expect(failure.message).toContain('the disk is full');
      expect(next).toBe('none');
      expect(reading).toBe('none');
      expect(found).toBe(acknowledged + 1);
    },
  );
});

describe('a file system that is read-only', () => {
  it.skipIf(!mayMount)('is told as such, whether the file is there or not', async () => {
    const stage = (before: string): string =>
      `mount -t tmpfs none ${directory} && ${before} && mount -o remount,ro ${directory}`;
    const open = async (before: string): Promise<unknown> => {
      const script = `exec unshare --mount sh -c '${stage(before)} && exec "$@"' sh "$@"`;
      const child = startChild(['sh', '-c', script, 'sh', process.execPath, program, 'hold', path]);
      return child.next();
    };
    const prepare = `${process.execPath} ${program} append ${path} x 1x1 > /dev/null`;
    for (const before of ['true', prepare, `mkdir ${path}`]) {
      expect(await open(before)).toEqual({
        error: expect.objectContaining({ code: 'STORE_UNAVAILABLE', retryable: false }) as unknown,
      });
    }
  });
});
