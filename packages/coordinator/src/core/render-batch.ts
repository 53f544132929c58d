import type { AttemptLimits } from './attempt-limits.ts';
import type { BatchRequest, BatchRequestItem } from './attempt-request.ts';
import type { BatchedItem, RunAttempt } from './command.ts';
import type { TaskFailure } from './failure.ts';
import type { Program } from './program.ts';
import { renderAttempt, type RenderOptions } from './render.ts';

export interface RenderedBatch {
  /** Undefined where no item is left to call the action for. */
  readonly request: BatchRequest | undefined;
  readonly limits: AttemptLimits;
  /** By index: items whose input or time-out cannot be rendered. */
  readonly failures: ReadonlyMap<number, TaskFailure>;
}

/** What a call for several items needs. An item that cannot be rendered fails alone. Its limits are those of the first item. */
export function renderBatch(
  program: Program,
  command: RunAttempt & { readonly batch: readonly BatchedItem[] },
  options: RenderOptions,
): RenderedBatch {
  const items: BatchRequestItem[] = [];
  const failures = new Map<number, TaskFailure>();
  let action = '';
  let limits: AttemptLimits = { timeoutMs: undefined, heartbeatMs: undefined };
  for (const { index, item, attempt } of command.batch) {
    const rendered = renderAttempt(program, { ...command, index, item, attempt }, options);
    if (!rendered.ok) failures.set(index, rendered.failure);
    else if (rendered.request !== undefined) {
      const { input, idempotencyKey } = rendered.request;
      if (items.length === 0) [action, limits] = [rendered.request.action, rendered];
      items.push({ input, item, index, attempt, idempotencyKey });
    }
  }
  if (items.length === 0) return { request: undefined, limits, failures };
  const { execution } = options;
  const place = `${execution}/${command.task}/${command.ordinal}`;
  const idempotencyKey = `${place}/${rangesOf(command.batch.map(({ index }) => index))}`;
  const attempt = Math.max(...items.map((item) => item.attempt));
  return { request: { execution, task: command.task, action, items, attempt, idempotencyKey }, limits, failures };
}

/** `0-3,7` for 0, 1, 2, 3 and 7. */
function rangesOf(indexes: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const index of indexes) {
    const last = ranges.at(-1);
    if (last?.[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}
