import type { ExecutionProblem, ItemCounts, OutcomeStatus } from './state.ts';

/** What observers are told once a batch is durable. Derived from events; never an input of the core. */
export type Notice =
  | { readonly type: 'execution-started'; readonly workflow: string; readonly input: unknown }
  | { readonly type: 'execution-recovered' }
  | { readonly type: 'execution-reopened' }
  | { readonly type: 'execution-paused' }
  | { readonly type: 'execution-resumed' }
  | { readonly type: 'execution-canceling'; readonly reason?: string }
  | {
      readonly type: 'execution-finished';
      readonly status: OutcomeStatus;
      readonly errors: readonly ExecutionProblem[];
    }
  | { readonly type: 'task-started'; readonly task: string; readonly visit: number; readonly items?: number }
  | {
      readonly type: 'task-finished';
      readonly task: string;
      readonly visit: number;
      readonly status: OutcomeStatus;
      readonly error?: ExecutionProblem;
      readonly items?: ItemCounts;
    }
  | { readonly type: 'variables-published'; readonly task: string; readonly names: readonly string[] }
  | {
      readonly type: 'attempt-succeeded';
      readonly task: string;
      readonly visit: number;
      readonly attempt: number;
      readonly item?: number;
    }
  | {
      readonly type: 'attempt-failed';
      readonly task: string;
      readonly visit: number;
      readonly attempt: number;
      readonly item?: number;
      readonly error: ExecutionProblem;
      /** ISO time of the next attempt, where there is one. */
      readonly retryAt?: string;
    };
