import type { ExecutionSummary } from '@weftline/persistence';

/** A summary for programs: times as ISO 8601, the owner only while there is one. */
export function summaryObject(summary: ExecutionSummary): object {
  return {
    id: summary.id,
    workflow: summary.workflow,
    status: summary.status,
    startedAt: isoTime(summary.createdAtMs),
    updatedAt: isoTime(summary.updatedAtMs),
    ...(summary.finishedAtMs !== undefined && { finishedAt: isoTime(summary.finishedAtMs) }),
    ...(summary.owner !== undefined && { owner: { host: summary.owner.host, pid: summary.owner.pid } }),
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Time from the start to the end, or to the last change while there is no end. */
export function durationOf(summary: ExecutionSummary): number {
  return (summary.finishedAtMs ?? summary.updatedAtMs) - summary.createdAtMs;
}
