export { StoreError } from './errors.ts';
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
  assertNewExecution,
  assertOwner,
  assertReadAfter,
  assertRequest,
} from './check-arguments.ts';
export { formatListCursor, parseListCursor } from './list-cursor.ts';
export type { ListPosition } from './list-cursor.ts';
export { groupCommit } from './write-policy/group-commit.ts';
export type { GroupCommitOptions } from './write-policy/group-commit.ts';
