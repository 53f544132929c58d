import type { Draft, ItemsDraft } from './draft.ts';
import { startTimer } from './report.ts';
import type { Visit } from './state.ts';

/**
 * Whether a call may begin now, so that no more than `limit` begin within `per`; where it may not, a timer is started for when it
 * may. Counted is when calls are handed out.
 */
export function mayBegin(draft: Draft, visit: Visit): boolean {
  const window = draft.window(visit);
  const { rate, starts } = window;
  if (rate === undefined || starts.size < rate.limit) return true;
  const freeAtMs = (starts.first() ?? 0) + rate.perMs;
  if (freeAtMs <= draft.atMs) return true;
  if (rate.dueAtMs < draft.atMs || rate.dueAtMs === 0) {
    window.rate = { ...rate, dueAtMs: freeAtMs };
    startTimer(draft, visit.id, { index: undefined, attempt: 0, dueAtMs: freeAtMs, purpose: 'rate' });
  }
  return false;
}

/** The timer has fired: what began longest ago counts no more, whatever the clock says. */
export function rateIsDue(window: ItemsDraft): void {
  const { rate, starts } = window;
  if (rate === undefined || rate.dueAtMs === 0) return;
  const untilMs = rate.dueAtMs - rate.perMs;
  while (starts.size > 0 && (starts.first() ?? 0) <= untilMs) starts.shift();
  window.rate = { ...rate, dueAtMs: 0 };
}

export function countStart(window: ItemsDraft, atMs: number): void {
  const { rate, starts } = window;
  if (rate === undefined) return;
  if (starts.size >= rate.limit) starts.shift();
  starts.push(atMs);
}
