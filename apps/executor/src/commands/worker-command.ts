import type { Adoption, Engine, Execution } from '@weftline/engine';
import { captureConsole } from '../action-log.ts';
import type { CommandContext } from '../command-context.ts';
import { formatDuration } from '../duration.ts';
import { ExecutorError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { loadActions } from '../load-actions.ts';
import { withEngine } from '../open-engine.ts';
import { resolveSettings } from '../settings.ts';
import { StopWatcher } from '../stop-watcher.ts';
import { storeUrl } from '../store-location.ts';
import { WorkerLog } from '../worker-log.ts';

export interface WorkerOptions {
  /** Executions under way here at most. */
  readonly executions?: number;
  /** From one look at the store to the next, in milliseconds. */
  readonly interval?: number;
  /** Milliseconds. */
  readonly grace?: number;
}

/**
 * Runs whatever nobody runs, until a stop signal: what was submitted with `run --detach`, and what a process left behind that died
 * or froze. Any number of workers over one store share the work.
 */
export async function workerCommand(options: WorkerOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal, surroundings } = context;
  const settings = await resolveSettings(context, { graceMs: options.grace });
  if (settings.store.kind === 'memory') {
    throw new ExecutorError('a worker has nothing to do over a store in memory', {
      code: 'USAGE_INVALID',
      hint: 'name a store that other processes have too, e.g. --store sqlite:work.db',
    });
  }
  captureConsole(terminal);
  const actions = await loadActions(settings.actions);
  return withEngine({ settings, terminal, actions }, async (engine) => {
    const log = new WorkerLog(terminal);
    const adoption = engine.adopt({
      ...(options.interval === undefined ? {} : { intervalMs: options.interval }),
      ...(options.executions === undefined ? {} : { executionsMax: options.executions }),
      onAdopted: (execution) => void follow(engine, execution, log),
    });
    terminal.note(`working on ${storeUrl(settings.store)}; stop with Ctrl-C`);
    const watcher = new StopWatcher({
      signals: surroundings.signals,
      now: () => performance.now(),
      readerGone: terminal.readerGone,
      leave: surroundings.leave,
    });
    try {
      const { text, exitCode } = await watcher.stopped;
      terminal.note(
        `${text}: letting attempts in flight finish (at most ${formatDuration(settings.graceMs)}); interrupt again to abort them`,
      );
      const whole = await stop({ engine, adoption, graceMs: settings.graceMs, aborted: watcher.aborted });
      await log.end();
      if (!whole) terminal.note('attempts in flight were aborted; they will run again');
      return whole ? ExitCode.succeeded : exitCode;
    } finally {
      watcher.dispose();
    }
  });
}

/** Says when it was taken up and how it ended here. */
async function follow(engine: Engine, execution: Execution, log: WorkerLog): Promise<void> {
  const { workflow } = await engine.get(execution.id);
  log.takenUp(execution.id, workflow);
  try {
    const { status } = await execution.outcome();
    log.ended(execution.id, { workflow, status });
  } catch {
    // Paused, taken over, or given up with the store: the engine logs what is to be told.
    log.ended(execution.id, { workflow, status: 'let-go' });
  }
}

interface Stopping {
  readonly engine: Engine;
  readonly adoption: Adoption;
  readonly graceMs: number;
  readonly aborted: Promise<void>;
}

/** False when attempts were still in flight as the grace was over, or somebody insisted. */
async function stop({ engine, adoption, graceMs, aborted }: Stopping): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const graceOver = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), graceMs)));
  const drained = adoption
    .stop()
    .then(() => engine.drain())
    .then(() => true as const);
  try {
    return await Promise.race([drained, graceOver, aborted.then(() => false as const)]);
  } finally {
    clearTimeout(timer);
    drained.catch(() => undefined);
  }
}
