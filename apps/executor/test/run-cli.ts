import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, vi } from 'vitest';

// Every test here starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

export interface CliResult {
  /** Null when a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Text for stdin; without it stdin is empty. */
  readonly stdin?: string;
  /** A command that is given the one to run as its further arguments, e.g. to run it under a limit. */
  readonly through?: readonly string[];
  /** Flags for Node itself. */
  readonly nodeFlags?: readonly string[];
}

export interface RunningCli {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exited: Promise<CliResult>;
  /** Resolves once stderr (or stdout) holds what is looked for; rejects when the process ends without it. */
  saw(wanted: RegExp | ((text: string) => boolean), stream?: 'stdout' | 'stderr'): Promise<void>;
}

/** Starts the command line with nothing of the environment of the tests but what a program needs. */
export function startCli(args: readonly string[], options: CliOptions): RunningCli {
  const { cwd, env = {}, stdin = '', through = [], nodeFlags = [] } = options;
  const [command = '', ...rest] = [...through, process.execPath, ...nodeFlags, inject('cli'), ...args];
  const child = spawn(command, rest, {
    cwd,
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', TZ: 'UTC', ...env },
  });
  const text = { stdout: '', stderr: '' };
  const changes = new Set<() => void>();
  let ended = false;
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk;
      for (const changed of changes) changed();
    });
  }
  // A process that is gone before it has read its input is no concern of the test.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const exited = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      ended = true;
      for (const changed of changes) changed();
      resolve({ code, ...text });
    });
  });
  const saw: RunningCli['saw'] = (wanted, stream = 'stderr') =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = typeof wanted === 'function' ? wanted(text[stream]) : wanted.test(text[stream]);
        if (!found && !ended) return;
        changes.delete(look);
        if (found) resolve();
        else reject(new Error(`expected ${stream} to hold ${String(wanted)}, got ${JSON.stringify(text)}`));
      };
      changes.add(look);
      look();
    });
  return { child, exited, saw };
}

export function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return startCli(args, options).exited;
}

/** A folder of its own for a test, with files in it. */
export async function makeFolder(files: Readonly<Record<string, string>> = {}): Promise<{
  readonly path: string;
  readonly remove: () => Promise<void>;
}> {
  const path = await mkdtemp(join(tmpdir(), 'weftline-e2e-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** The objects of a stream of JSON lines. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
