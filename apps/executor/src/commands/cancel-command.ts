import { setTimeout as delay } from 'node:timers/promises';
import type { Action } from '@weftline/actions';
import type { Engine, ExecutionInspection } from '@weftline/engine';
import type { CommandContext } from '../command-context.ts';
import { formatDuration } from '../duration.ts';
import { ExecutorError, systemErrorCode } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { withEngine, withExecutions } from '../open-engine.ts';
import { resolveSettings } from '../settings.ts';
import type { Terminal } from '../terminal.ts';

export interface CancelOptions {
  /** Do not let attempts in flight finish. */
  readonly now?: boolean;
  readonly reason?: string;
  /** Milliseconds. */
  readonly timeout?: number;
}

const TIMEOUT_MS = 30_000;
const POLL_MS = 100;

/**
 * Cancels an execution and waits until it is canceled. Whoever runs it is asked to; when nobody does, it is taken up
 * here for just that, without running any of its work.
 */
export async function cancelCommand(id: string, options: CancelOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const settings = await resolveSettings(context);
  const request = { settings, terminal, id };
  const inspection = await withExecutions(request, (engine, found) => engine.inspect(found));
  const { summary, outcome } = inspection;
  if (outcome !== undefined) {
    await tell(terminal, summary.id, { status: outcome.status, already: true });
    return ExitCode.succeeded;
  }
  const actions = inertActions(inspection);
  const status = await withEngine({ settings, terminal, actions, builtinActions: false }, (engine) =>
    cancelAndWait(engine, summary.id, options),
  );
  await tell(terminal, summary.id, { status, already: status !== 'canceled' });
  return ExitCode.succeeded;
}

/** Actions that only wait to be aborted, so that taking up an execution in order to cancel it does no work. */
function inertActions({ definition }: ExecutionInspection): Record<string, Action> {
  const inert: Action = (_input: never, { signal }) =>
    new Promise((_, reject) => {
      const abort = (): void => reject(new Error('the execution is being canceled'));
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  const names = Object.values(definition.tasks).flatMap(({ action }) => (action === undefined ? [] : [action]));
  return Object.fromEntries(names.map((name) => [name, inert]));
}

/** The status in which the execution ended; not always `canceled`, since its owner may have been about to finish it. */
async function cancelAndWait(engine: Engine, id: string, options: CancelOptions): Promise<string> {
  const reason = options.reason === undefined ? {} : { reason: options.reason };
  const untilMs = performance.now() + (options.timeout ?? TIMEOUT_MS);
  let asked = false;
  for (;;) {
    const { finishedAtMs, status, owner } = await engine.get(id);
    if (finishedAtMs !== undefined) return status;
    if (!asked || owner === undefined) {
      const ended = await cancelHere(engine, id, reason);
      if (ended !== undefined) return ended;
      await engine.request(id, 'cancel', { ...reason, immediate: options.now === true });
      asked = true;
    }
    if (performance.now() > untilMs) throw stillRunning(id, options);
    await delay(POLL_MS);
  }
}

/** Takes the execution up and cancels it; undefined while somebody else holds it or when it has just ended. */
async function cancelHere(
  engine: Engine,
  id: string,
  reason: { readonly reason?: string },
): Promise<string | undefined> {
  try {
    const [execution] = await engine.recover({ id });
    if (execution === undefined) return undefined;
    await execution.cancel({ ...reason, immediate: true });
    return (await execution.outcome()).status;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EXECUTION_HELD' || code === 'EXECUTION_FINISHED') return undefined;
    throw error;
  }
}

function stillRunning(id: string, options: CancelOptions): ExecutorError {
  const waited = formatDuration(options.timeout ?? TIMEOUT_MS);
  return new ExecutorError(`execution ${id} has been asked to cancel but has not ended after ${waited}`, {
    code: 'CANCEL_TIMEOUT',
    hint: options.now === true ? 'it ends as soon as its owner can' : 'use --now to abort the attempts in flight',
  });
}

interface Told {
  readonly status: string;
  /** It had ended by itself. */
  readonly already: boolean;
}

async function tell(terminal: Terminal, id: string, { status, already }: Told): Promise<void> {
  terminal.say(
    already ? `execution ${id} has ${status} already; there is nothing to cancel` : `execution ${id} canceled`,
  );
  if (terminal.output === 'json' || terminal.output === 'jsonl') {
    await terminal.data(`${JSON.stringify({ v: 1, id, status })}\n`);
  }
}
