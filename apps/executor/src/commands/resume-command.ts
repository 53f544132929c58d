import type { Engine, Execution, ExecutionInspection, ExecutionOutcome } from '@weftline/engine';
import { captureConsole } from '../action-log.ts';
import type { CommandContext } from '../command-context.ts';
import { ExecutorError, systemErrorCode } from '../errors.ts';
import { exitCodeOfStatus } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { followExecution } from '../follow-execution.ts';
import { createFollowUp } from '../follow-up.ts';
import { inspectExecution } from '../inspect-execution.ts';
import { startedWith } from '../labels.ts';
import { loadActions } from '../load-actions.ts';
import { withEngine } from '../open-engine.ts';
import { reportOutcome } from '../outcome-report.ts';
import { hasEnded } from '../progress/progress.ts';
import { resolveSettings } from '../settings.ts';
import type { Settings } from '../settings.ts';
import { durationOf } from '../summary-object.ts';
import type { Terminal } from '../terminal.ts';

export interface ResumeOptions {
  /** Milliseconds, as are all durations here. */
  readonly timeout?: number;
  readonly grace?: number;
}

/** Takes up an execution where its journal ends; one that has ended only tells its outcome again. */
export async function resumeCommand(id: string, options: ResumeOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const here = await resolveSettings(context);
  const inspection = await inspectExecution(context, here, id);
  const { outcome } = inspection;
  if (outcome !== undefined) return tellAgain({ ...inspection, outcome }, terminal);
  const remembered = startedWith(inspection.labels);
  const request = { workflowFile: remembered.file, remembered, graceMs: options.grace };
  // The execution was found in this store, so a configuration beside the workflow has no say in that.
  const settings: Settings = { ...(await resolveSettings(context, request)), store: here.store };
  captureConsole(terminal);
  const actions = await loadActions(settings.actions);
  const followUp = await createFollowUp(context, settings);
  return withEngine({ settings, terminal, actions }, async (engine) => {
    const sinceMs = performance.now();
    const execution = await takeUp(engine, inspection);
    terminal.note(`${terminal.style.paint('dim', 'execution')} ${execution.id}`);
    return followExecution({
      terminal,
      surroundings: context.surroundings,
      engine,
      execution,
      workflow: inspection.workflow,
      followUp,
      graceMs: settings.graceMs,
      timeoutMs: options.timeout,
      sinceMs,
      endedBefore: inspection.progress.tasks.filter(hasEnded),
    });
  });
}

/** Claims the execution and lets it run on; `recover` leaves a paused one paused. */
async function takeUp(engine: Engine, { summary }: ExecutionInspection): Promise<Execution> {
  const [execution] = await recover(engine, summary.id);
  if (execution === undefined) throw new Error(`expected execution ${summary.id} to be recovered, got none`);
  const { status } = execution.progress();
  if (status === 'paused' || status === 'pausing') await execution.resume();
  return execution;
}

async function recover(engine: Engine, id: string): Promise<readonly Execution[]> {
  try {
    return await engine.recover({ id });
  } catch (error) {
    if (systemErrorCode(error) !== 'EXECUTION_HELD') throw error;
    const { owner } = await engine.get(id);
    const holder = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;
    throw new ExecutorError(`execution ${id} is being run by ${holder}`, {
      code: 'EXECUTION_HELD',
      hint: 'wait for it, or stop that process first: it lets go of the execution as it ends',
      cause: error,
    });
  }
}

async function tellAgain(
  { summary, workflow, outcome }: ExecutionInspection & { readonly outcome: ExecutionOutcome },
  terminal: Terminal,
): Promise<ExitCode> {
  terminal.note(`execution ${summary.id} has ended already; this is its outcome`);
  await reportOutcome(terminal, { state: { ...outcome, id: summary.id, workflow }, durationMs: durationOf(summary) });
  return exitCodeOfStatus(outcome.status);
}
