import { spawn, type ChildProcess } from 'node:child_process';
import { ActionError } from '../../action.ts';
import { errorMessage } from '../../attempt-failure.ts';
import { quote } from '../../describe-value.ts';

export interface ProcessRequest {
  readonly command: string | readonly string[];
  readonly cwd: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly stdin: string;
  /** Bound of each output. */
  readonly outputBytesMax: number;
}

export interface ProcessEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly overflowed: boolean;
}

/** How long a process group may take to end by itself after SIGTERM. */
const graceMs = 2_000;
const hasProcessGroups = process.platform !== 'win32';

/**
 * Runs a process in a group of its own until it has ended and its outputs are closed, or until the signal stops it.
 * Rejects with the reason of the signal, or with ActionError SHELL_NOT_STARTED.
 */
export async function runProcess(request: ProcessRequest, signal: AbortSignal): Promise<ProcessEnd> {
  signal.throwIfAborted();
  const child = start(request);
  const stop = stopper(child);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const stdout = collect(child, 'stdout', { bytesMax: request.outputBytesMax, stop });
    const stderr = collect(child, 'stderr', { bytesMax: request.outputBytesMax, stop });
    feed(child, request.stdin);
    const { exitCode, exitSignal } = await ended(child, request);
    signal.throwIfAborted();
    const overflowed = stdout.overflowed() || stderr.overflowed();
    return { exitCode, signal: exitSignal, stdout: stdout.text(), stderr: stderr.text(), overflowed };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function start(request: ProcessRequest): ChildProcess {
  const { command, cwd, env } = request;
  const options = { cwd, env, detached: hasProcessGroups, windowsHide: true } as const;
  try {
    if (typeof command === 'string') return spawn(command, { ...options, shell: true });
    const [program = '', ...args] = command;
    return spawn(program, args, options);
  } catch (error) {
    throw notStarted(request, error);
  }
}

function ended(
  child: ChildProcess,
  request: ProcessRequest,
): Promise<{ readonly exitCode: number | null; readonly exitSignal: string | null }> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(notStarted(request, error)));
    child.once('close', (exitCode, exitSignal) => resolve({ exitCode, exitSignal }));
  });
}

/** What may be different in a moment: the system lacks processes, files or memory now. */
const passingReasons = new Set<unknown>(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM']);

function notStarted({ command, cwd }: ProcessRequest, error: unknown): ActionError {
  const program = typeof command === 'string' ? 'the shell' : quote(command[0] ?? '');
  const reason: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return new ActionError(`expected to start ${program} in ${cwd}: ${errorMessage(error)}`, {
    code: 'SHELL_NOT_STARTED',
    retryable: passingReasons.has(reason),
    cause: error,
  });
}

function feed(child: ChildProcess, text: string): void {
  // A process that ends without reading its input breaks the pipe; its exit code tells whether that was a failure.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(text);
}

interface Output {
  text(): string;
  overflowed(): boolean;
}

function collect(
  child: ChildProcess,
  name: 'stdout' | 'stderr',
  { bytesMax, stop }: { readonly bytesMax: number; readonly stop: () => void },
): Output {
  const chunks: Buffer[] = [];
  let bytes = 0;
  child[name]?.on('data', (chunk: Buffer) => {
    if (bytes > bytesMax) return;
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > bytesMax) stop();
  });
  const kept = (): number => Math.min(bytes, bytesMax);
  return { text: () => Buffer.concat(chunks, kept()).toString('utf8'), overflowed: () => bytes > bytesMax };
}

/** Ends the group, first asking; a descendant that left the group must not keep the outputs open for ever. */
function stopper(child: ChildProcess): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    if (!signalGroup(child, 'SIGTERM')) {
      closeOutputs(child);
      return;
    }
    const timer = setTimeout(() => {
      signalGroup(child, 'SIGKILL');
      closeOutputs(child);
    }, graceMs);
    child.once('close', () => {
      if (!signalGroup(child, 0)) clearTimeout(timer);
    });
  };
}

function closeOutputs(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/** False when nobody is left to signal. Signal 0 only asks. */
function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  if (child.pid === undefined) return false;
  if (!hasProcessGroups) return child.kill(signal);
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}
