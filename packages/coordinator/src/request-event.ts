import type { ExecutionRequest } from '@weftline/persistence';
import type { Event } from './core/event.ts';

/** What an execution is told when somebody in another process has asked something of it. */
export function eventOfRequest({ kind, immediate = false, reason }: ExecutionRequest, atMs: number): Event {
  switch (kind) {
    case 'cancel':
      return { type: 'cancel-requested', atMs, immediate, reason };
    case 'pause':
      return { type: 'pause-requested', atMs };
    case 'resume':
      return { type: 'resume-requested', atMs };
  }
}
