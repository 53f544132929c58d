import { resolve } from 'node:path';
import type { Engine, StartOptions } from '@weftline/engine';
import type { Language, WorkflowDefinition } from '@weftline/graph';
import { captureConsole } from '../action-log.ts';
import type { CommandContext } from '../command-context.ts';
import { ExecutorError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { followExecution } from '../follow-execution.ts';
import { createFollowUp } from '../follow-up.ts';
import type { FollowUp } from '../follow-up.ts';
import type { InputFlag } from '../input-flag.ts';
import { collectInput } from '../input-values.ts';
import { labelsFor } from '../labels.ts';
import { loadActions } from '../load-actions.ts';
import { requireWorkflow } from '../load-workflow.ts';
import { withEngine } from '../open-engine.ts';
import { resolveSettings } from '../settings.ts';
import type { Terminal } from '../terminal.ts';

export interface RunOptions {
  readonly dialect?: Language;
  readonly input?: readonly InputFlag[];
  readonly inputFile?: string;
  readonly id?: string;
  /** Milliseconds, as are all durations here. */
  readonly timeout?: number;
  readonly grace?: number;
  /** Attempts that begin in one turn among executions that share a worker. */
  readonly priority?: number;
  /** Leave it to a worker. */
  readonly detach?: boolean;
}

/** Starts an execution of a workflow file and stays with it to its end. */
export async function runCommand(file: string, options: RunOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  captureConsole(terminal);
  const workflowFile = resolve(context.cwd, file);
  const definition = await requireWorkflow({ file, dialect: options.dialect }, terminal);
  const settings = await resolveSettings(context, { workflowFile, graceMs: options.grace });
  if (options.detach === true && settings.store.kind === 'memory') {
    throw new ExecutorError('--detach over a store in memory would keep nothing for a worker', {
      code: 'USAGE_INVALID',
      hint: 'name a store that workers have too, e.g. --store sqlite:work.db',
    });
  }
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
    const { id, priority } = options;
    const start = { input, labels, ...(id !== undefined && { id }), ...(priority !== undefined && { priority }) };
    if (options.detach === true) return submit(engine, { definition, start, terminal, followUp });
    const sinceMs = performance.now();
    const execution = await engine.start(definition, start);
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

interface Submission {
  readonly definition: WorkflowDefinition;
  readonly start: StartOptions;
  readonly terminal: Terminal;
  readonly followUp: FollowUp;
}

/** Hands the execution in and prints its id. */
async function submit(engine: Engine, { definition, start, terminal, followUp }: Submission): Promise<ExitCode> {
  const id = await engine.submit(definition, start);
  const { name: workflow } = definition;
  if (terminal.output === 'text') await terminal.data(`${id}\n`);
  else if (terminal.output !== 'none') {
    const type = terminal.output === 'jsonl' ? { type: 'submitted' } : {};
    await terminal.data(`${JSON.stringify({ v: 1, ...type, id, workflow, status: 'submitted' })}\n`);
  }
  const show = followUp.command('show', id);
  if (show !== undefined) terminal.note(`a worker on the same store takes it up; see how it stands with: ${show}`);
  return ExitCode.succeeded;
}
