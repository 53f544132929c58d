import type { Engine, Execution, ExecutionEvent, ExecutionOutcome, TaskProgress } from '@weftline/engine';
import { closeInTime } from './close-in-time.ts';
import { formatDuration } from './duration.ts';
import { systemErrorCode } from './errors.ts';
import { ExitCode, exitCodeOfStatus } from './exit-code.ts';
import type { FollowUp } from './follow-up.ts';
import { reportOutcome } from './outcome-report.ts';
import { createReporter } from './progress/create-reporter.ts';
import { TICK_MS } from './progress/progress.ts';
import { StopWatcher } from './stop-watcher.ts';
import type { SignalSource, StopReason } from './stop-watcher.ts';
import type { Terminal } from './terminal.ts';

/** What may happen outside while an execution is followed. */
export interface Surroundings {
  readonly signals: SignalSource;
  /** Ends the process at once, with the terminal put in order. */
  readonly leave: (exitCode: ExitCode) => void;
}

export interface FollowRequest {
  readonly terminal: Terminal;
  readonly surroundings: Surroundings;
  readonly engine: Pick<Engine, 'close'>;
  readonly execution: Execution;
  readonly workflow: string;
  readonly followUp: FollowUp;
  readonly graceMs: number;
  readonly timeoutMs?: number | undefined;
  /** Given when the execution is resumed: the tasks that had ended before. */
  readonly endedBefore?: readonly TaskProgress[];
  /** When the command began with it, by `performance.now()`. */
  readonly sinceMs: number;
}

type End =
  | { readonly kind: 'finished'; readonly outcome: ExecutionOutcome }
  /** `whole`: nothing was in flight any more, the pause is durable. */
  | { readonly kind: 'stopped'; readonly reason: StopReason; readonly whole: boolean };

/**
 * Stays with an execution until it ends or has to be left, shows its progress and prints how it ended.
 *
 * 1. Nothing that was acknowledged is lost however it ends; what was in flight runs again on resume.
 * 2. The engine is closed when this returns.
 * 3. Events are subscribed to before the first await, so that none is missed after a start.
 */
export async function followExecution(request: FollowRequest): Promise<ExitCode> {
  const end = await untilEnd(request).catch((error: unknown) => {
    const command = request.followUp.command('resume', request.execution.id);
    if (command !== undefined) request.terminal.note(`the execution is kept as far as it got; resume with: ${command}`);
    throw error;
  });
  if (end.kind === 'finished') {
    const { terminal, execution, workflow, followUp } = request;
    const again = followUp.command('show', execution.id);
    await reportOutcome(terminal, {
      state: { ...end.outcome, id: execution.id, workflow },
      durationMs: performance.now() - request.sinceMs,
      hint: again === undefined ? undefined : `see it again with: ${again}`,
    });
    await closeInTime(request.engine);
    return exitCodeOfStatus(end.outcome.status);
  }
  await reportStopped(request, end);
  return end.reason.exitCode;
}

async function untilEnd(request: FollowRequest): Promise<End> {
  const { terminal, execution, surroundings } = request;
  const watcher = new StopWatcher({
    signals: surroundings.signals,
    now: () => performance.now(),
    timeoutMs: request.timeoutMs,
    readerGone: terminal.readerGone,
    leave: surroundings.leave,
  });
  const { endedBefore } = request;
  const source = {
    progress: () => execution.progress(),
    now: () => Date.now(),
    ...(endedBefore !== undefined && { endedBefore }),
  };
  const reporter = createReporter(source, terminal);
  const outcome = execution.outcome();
  const events = terminal.output === 'jsonl' ? writeEvents(terminal, execution.events()) : Promise.resolve();
  let ticking: NodeJS.Timeout | undefined;
  const pausedElsewhere = new Promise<StopReason>((resolve) => {
    ticking = setInterval(() => {
      reporter.tick();
      if (execution.progress().status === 'paused') resolve({ exitCode: ExitCode.paused, text: 'paused' });
    }, TICK_MS);
  });
  try {
    const first = await Promise.race([outcome, watcher.stopped, pausedElsewhere, failureOf(events)]);
    const end =
      'status' in first ? { kind: 'finished' as const, outcome: first } : await pause(request, first, watcher);
    if (end.kind === 'stopped') await closeInTime(request.engine);
    await events;
    return end;
  } finally {
    clearInterval(ticking);
    reporter.close();
    watcher.dispose();
    // When the end is an error it has been thrown above; what else hangs on it fails with it and is not told twice.
    outcome.catch(() => undefined);
    events.catch(() => undefined);
  }
}

/** Lets attempts in flight finish, for as long as the grace goes and nobody insists. */
async function pause(request: FollowRequest, reason: StopReason, watcher: StopWatcher): Promise<End> {
  const { terminal, execution, graceMs } = request;
  if (reason.exitCode !== ExitCode.paused) {
    const wait = formatDuration(graceMs);
    terminal.note(`${reason.text}: letting attempts in flight finish (at most ${wait}); interrupt again to abort them`);
  }
  const outcome = execution.outcome();
  let timer: NodeJS.Timeout | undefined;
  const graceOver = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), graceMs)));
  const paused = execution.pause().then(() => true as const);
  try {
    const whole = await Promise.race([paused, graceOver, watcher.aborted.then(() => false as const)]);
    const { status } = execution.progress();
    const ended = status === 'succeeded' || status === 'failed' || status === 'canceled';
    return ended ? { kind: 'finished', outcome: await outcome } : { kind: 'stopped', reason, whole };
  } finally {
    clearTimeout(timer);
    // Both may still fail when the engine closes under them, which is what is about to happen.
    paused.catch(() => undefined);
    outcome.catch(() => undefined);
  }
}

/** One event per line; ends with the execution or with the engine. */
async function writeEvents(terminal: Terminal, events: AsyncIterable<ExecutionEvent>): Promise<void> {
  try {
    for await (const event of events) await terminal.data(`${JSON.stringify({ v: 1, ...event })}\n`);
  } catch (error) {
    if (systemErrorCode(error) !== 'COORDINATOR_CLOSED') throw error;
  }
}

/** Rejects when `promise` does and never resolves. */
function failureOf(promise: Promise<void>): Promise<never> {
  return new Promise((_, reject) => {
    promise.catch(reject);
  });
}

async function reportStopped(request: FollowRequest, end: End & { readonly kind: 'stopped' }): Promise<void> {
  const { terminal, execution, workflow, followUp } = request;
  const command = followUp.command('resume', execution.id);
  if (!end.whole) terminal.note('attempts in flight were aborted; they will run again');
  await reportOutcome(terminal, {
    state: { id: execution.id, workflow, status: 'paused', output: null, errors: [] },
    hint: command === undefined ? 'nothing was kept: the store was in memory' : `paused; resume with: ${command}`,
  });
}
