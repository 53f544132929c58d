import { encodeEvent, eventBytesMax } from './event-codec.ts';
import type { ExecutionFinished } from './event.ts';
import type { ExecutionOutcome, ExecutionProblem } from './state.ts';

const errorsMax = 1000;
const messageLengthMax = 4000;

/** The end as an event of its own. */
export function endEvent({ status, output, errors, finishedAtMs }: ExecutionOutcome): ExecutionFinished {
  return { type: 'execution-finished', atMs: finishedAtMs, status, output, errors };
}

/**
 * An outcome that can be recorded: where the output is too large it is null, which turns success into failure, and where the
 * errors are, their details are left out. An execution whose end cannot be written would never end.
 */
export function fitOutcome(outcome: ExecutionOutcome): ExecutionOutcome {
  if (fits(outcome)) return outcome;
  const message = `the output is longer or deeper than can be recorded; at most ${eventBytesMax} bytes of JSON can be`;
  const status = outcome.status === 'succeeded' ? 'failed' : outcome.status;
  const errors = [...outcome.errors, { code: 'OUTPUT_TOO_LARGE', message }];
  const fitting = { ...outcome, status, output: null, errors } as const;
  return fits(fitting) ? fitting : { ...fitting, errors: errors.slice(-errorsMax).map(withoutDetails) };
}

function fits(outcome: ExecutionOutcome): boolean {
  const { least, most } = boundsOf([outcome.output, outcome.errors]);
  if (most <= eventBytesMax) return true;
  if (least > eventBytesMax) return false;
  try {
    return encodeEvent(endEvent(outcome)).length <= eventBytesMax;
  } catch (error) {
    // It is nested too deeply for `JSON.stringify`.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function withoutDetails({ code, message, task, item }: ExecutionProblem): ExecutionProblem {
  return {
    code: code.slice(0, messageLengthMax),
    message: message.slice(0, messageLengthMax),
    ...(task === undefined ? {} : { task }),
    ...(item === undefined ? {} : { item }),
  };
}

const depthMax = 500;

/**
 * How many bytes a value surely takes as JSON, and surely not more than, told by one walk. Nearly no output is then encoded
 * only to find out, and never one that is longer than any text, with which `JSON.stringify` does not come to an end: a
 * value whose parts are shared may be small in memory and endless when it is written out.
 */
function boundsOf(value: unknown): { readonly least: number; readonly most: number } {
  let least = 0;
  let most = 1000;
  const pending: [value: unknown, depth: number][] = [[value, 0]];
  for (let next = pending.pop(); next !== undefined && least <= eventBytesMax; next = pending.pop()) {
    const [at, depth] = next;
    if (depth > depthMax) most = Infinity;
    const length = typeof at === 'string' ? at.length : 0;
    least += 2 + length;
    most += 32 + 6 * length;
    if (typeof at !== 'object' || at === null) continue;
    for (const [key, member] of Object.entries(at)) {
      most += 6 * key.length;
      pending.push([member, depth + 1]);
    }
  }
  return { least, most };
}
