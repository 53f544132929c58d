export { compactedError, StoreError } from './errors.ts';
export type { StoreErrorCode, StoreErrorOptions } from './errors.ts';
export { chunkBytesMax, chunkRecordsMax, recordBytesMax } from './store.ts';
export type {
  Append,
  ExecutionPage,
  ExecutionRequest,
  ExecutionSummary,
  JournalRecord,
  JournalSnapshot,
  Lease,
  ListQuery,
  NewExecution,
  Owner,
  Store,
  StoreCapabilities,
  StoreNotice,
  SummaryChange,
  WritePolicy,
} from './store.ts';
export { memoryStore } from './memory-store.ts';
export type { MemoryStoreOptions } from './memory-store.ts';
export { isOwnerAlive, processOwner } from './process-owner.ts';
export {
  assertAppends,
  assertLeaseMs,
  assertListQuery,
  assertMaintenanceScope,
  assertNewExecution,
  assertOwner,
  assertReadAfter,
  assertRequest,
  assertVacuumOptions,
} from './check-arguments.ts';
export { formatListCursor, parseListCursor } from './list-cursor.ts';
export type { ListPosition } from './list-cursor.ts';
export { groupCommit } from './write-policy/group-commit.ts';
export type { GroupCommitOptions } from './write-policy/group-commit.ts';
export { dumpFormat, dumpHeader, dumpLines } from './maintenance/dump-line.ts';
export { findingsOf } from './maintenance/finding-stream.ts';
export { JournalAudit, reclaimable } from './maintenance/journal-audit.ts';
export type { AuditedExecution, AuditedRun } from './maintenance/journal-audit.ts';
export { keptExecutionsMax } from './maintenance/maintenance.ts';
export type {
  DumpEntry,
  FindingPlace,
  KeptExecution,
  MaintenanceScope,
  StoreFinding,
  StoreFindingCode,
  StoreMaintenance,
  VacuumOptions,
  VacuumReport,
} from './maintenance/maintenance.ts';
export { maintenanceAfter } from './maintenance/maintenance-after.ts';
export { withUndelivered } from './undelivered-requests.ts';
