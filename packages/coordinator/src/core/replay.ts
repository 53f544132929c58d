import { advance, type Core } from './advance.ts';
import type { Event } from './event.ts';
import type { ExecutionState } from './state.ts';

/**
 * Folds events back into the state they led to when they happened. Commands are dropped: what was in flight is handed
 * out again by `execution-recovered`.
 */
export function replay(core: Core, state: ExecutionState | undefined, events: readonly Event[]): ExecutionState {
  return advance(core, state, events).state;
}
