import type { ExecutionRequest } from '@weftline/persistence';
import type { Event } from './core/event.ts';

/** A change of concurrency as a store keeps it: `task=20`. */
export function concurrencyText({ task, concurrency }: ConcurrencyChange): string {
  return `${task}=${concurrency}`;
}

export interface ConcurrencyChange {
  readonly task: string;
  /** From 1. */
  readonly concurrency: number;
}

/** Undefined for a text that says something else. */
function concurrencyFrom(text: string | undefined): ConcurrencyChange | undefined {
  const [, task, digits] = /^(.+)=(\d{1,15})$/.exec(text ?? '') ?? [];
  const concurrency = Number(digits);
  return task === undefined || !(concurrency >= 1) ? undefined : { task, concurrency };
}

/** What an execution is told when somebody in another process has asked something of it; undefined where that cannot be read. */
export function eventOfRequest({ kind, immediate = false, reason }: ExecutionRequest, atMs: number): Event | undefined {
  switch (kind) {
    case 'set-concurrency': {
      const change = concurrencyFrom(reason);
      return change === undefined ? undefined : { type: 'concurrency-changed', atMs, ...change };
    }
    case 'cancel':
      return { type: 'cancel-requested', atMs, immediate, reason };
    case 'pause':
      return { type: 'pause-requested', atMs };
    case 'resume':
      return { type: 'resume-requested', atMs };
  }
}
