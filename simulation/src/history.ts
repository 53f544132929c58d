import type { ObservedBatch } from '@weftline/coordinator';
import type { WorkflowDefinition } from '@weftline/graph';

/** A completion that somebody was told of as durable. */
export interface AcknowledgedCompletion {
  readonly task: string;
  readonly visit: number;
  readonly item: number | undefined;
  readonly attempt: number;
}

/** What was asked for and what was answered during a run, for checks after the fact. */
export class History {
  /** Executions whose start was acknowledged, or may have taken effect, by id. */
  readonly definitions: Map<string, WorkflowDefinition> = new Map();
  readonly startsAcknowledged: Set<string> = new Set();
  readonly cancelsRequested: Set<string> = new Set();
  readonly completions: Map<string, AcknowledgedCompletion[]> = new Map();
  /** The end as it was told, by execution; told twice, it must be the same. */
  readonly ends: Map<string, string[]> = new Map();
  /** How often work was begun, by idempotency key. */
  readonly calls: Map<string, number> = new Map();
  /** What coordinators had to say, for whoever looks into a failing seed. */
  readonly log: string[] = [];

  called(key: string): void {
    this.calls.set(key, (this.calls.get(key) ?? 0) + 1);
  }

  observed(execution: string, { notices }: ObservedBatch): void {
    for (const notice of notices) {
      if (notice.type === 'attempt-succeeded') {
        const { task, visit, item, attempt } = notice;
        listAt(this.completions, execution).push({ task, visit, item, attempt });
      } else if (notice.type === 'execution-finished') {
        listAt(this.ends, execution).push(notice.status);
      }
    }
  }
}

function listAt<Member>(lists: Map<string, Member[]>, key: string): Member[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
