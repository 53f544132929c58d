import { resolve } from 'node:path';
import { captureConsole } from '../action-log.ts';
import type { CommandContext } from '../command-context.ts';
import type { ExitCode } from '../exit-code.ts';
import { followExecution } from '../follow-execution.ts';
import { createFollowUp } from '../follow-up.ts';
import type { InputFlag } from '../input-flag.ts';
import { collectInput } from '../input-values.ts';
import { labelsFor } from '../labels.ts';
import { loadActions } from '../load-actions.ts';
import { requireWorkflow } from '../load-workflow.ts';
import { withEngine } from '../open-engine.ts';
import { resolveSettings } from '../settings.ts';

export interface RunOptions {
  readonly input?: readonly InputFlag[];
  readonly inputFile?: string;
  readonly id?: string;
  /** Milliseconds, as are all durations here. */
  readonly timeout?: number;
  readonly grace?: number;
}

/** Starts an execution of a workflow file and stays with it to its end. */
export async function runCommand(file: string, options: RunOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  captureConsole(terminal);
  const workflowFile = resolve(context.cwd, file);
  const definition = await requireWorkflow(file, terminal);
  const settings = await resolveSettings(context, { workflowFile, graceMs: options.grace });
  const actions = await loadActions(settings.actions);
  const input = await collectInput({
    flags: options.input ?? [],
    file: options.inputFile,
    stdin: context.stdin,
    declared: definition.input,
  });
  const followUp = await createFollowUp(context, settings);
  return withEngine({ settings, terminal, actions }, async (engine) => {
    const labels = labelsFor(workflowFile, settings);
    const sinceMs = performance.now();
    const execution = await engine.start(definition, {
      input,
      labels,
      ...(options.id !== undefined && { id: options.id }),
    });
    terminal.note(`${terminal.style.paint('dim', 'execution')} ${execution.id}`);
    return followExecution({
      terminal,
      surroundings: context.surroundings,
      engine,
      execution,
      workflow: definition.name,
      followUp,
      graceMs: settings.graceMs,
      timeoutMs: options.timeout,
      sinceMs,
    });
  });
}
