import type { ExecutionOutcome, ExecutionProblem } from '@weftline/engine';
import { formatDuration } from './duration.ts';
import { printable, printableLine } from './plain-text.ts';
import { statusMark } from './progress/task-text.ts';
import type { Style } from './style.ts';
import type { Terminal } from './terminal.ts';

/** How an execution stands when the command ends: its outcome, or `paused` with neither output nor errors. */
export interface FinalState extends Omit<ExecutionOutcome, 'status'> {
  readonly id: string;
  readonly workflow: string;
  readonly status: ExecutionOutcome['status'] | 'paused';
}

export interface OutcomeReport {
  readonly state: FinalState;
  /** Time since the start of this command or of the execution, where it is known. */
  readonly durationMs?: number;
  /** Last line for people, e.g. how to see it again. */
  readonly hint?: string | undefined;
}

const ERRORS_SHOWN_MAX = 20;

/** Tells people how it ended on stderr and hands the data to stdout. */
export async function reportOutcome(terminal: Terminal, report: OutcomeReport): Promise<void> {
  const { state, hint } = report;
  if (!terminal.quiet) for (const line of errorLines(state.errors, terminal.style)) terminal.note(line);
  // A paused execution has its say in the hint, which tells how to go on.
  if (state.status !== 'paused' || terminal.quiet) terminal.say(statusLine(terminal, report));
  await writeData(terminal, state);
  if (hint !== undefined) terminal.note(hint);
}

function statusLine(terminal: Terminal, { state, durationMs }: OutcomeReport): string {
  const took = durationMs === undefined ? '' : ` in ${formatDuration(durationMs)}`;
  const line = `${statusMark(state.status, terminal.style)}${printableLine(state.workflow)} ${state.status}${took}`;
  // A quiet run says one line, so that line has to hold the reason and the id.
  const [first] = state.errors;
  const reason = first === undefined ? '' : `: ${problemLine(first)}`;
  return terminal.quiet ? `${line}${reason} (${state.id})` : line;
}

async function writeData(terminal: Terminal, state: FinalState): Promise<void> {
  switch (terminal.output) {
    case 'text': {
      const finished = state.status === 'succeeded' || (state.status !== 'paused' && state.output !== null);
      if (finished) await terminal.data(`${JSON.stringify(state.output ?? null, null, 2)}\n`);
      return;
    }
    case 'json':
      return terminal.data(`${JSON.stringify(outcomeObject(state))}\n`);
    case 'jsonl':
      return terminal.data(`${JSON.stringify({ v: 1, type: 'outcome', ...outcomeObject(state) })}\n`);
    case 'none':
      return;
  }
}

function outcomeObject({ id, workflow, status, output, errors }: FinalState): object {
  return { v: 1, id, workflow, status, output: output ?? null, errors };
}

export function errorLines(errors: readonly ExecutionProblem[], style: Style): string[] {
  const label = style.paint('red', 'error');
  const lines = errors.slice(0, ERRORS_SHOWN_MAX).map((error) => `${label} ${problemLine(error)}`);
  const more = errors.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more errors`] : lines;
}

/** `process[3] HTTP_STATUS: message`. */
function problemLine(error: ExecutionProblem): string {
  const item = error.item === undefined ? '' : `[${error.item}]`;
  const where = error.task === undefined ? '' : `${error.task}${item} `;
  return printableLine(printable(`${where}${error.code}: ${error.message}`));
}
