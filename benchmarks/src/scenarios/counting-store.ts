import type {
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
  StoreError,
} from '@weftline/persistence';

export interface WriteCounts {
  readonly writes: number;
  readonly records: number;
  /** Of records and snapshots. */
  readonly bytes: number;
  readonly snapshotBytes: number;
}

const none: WriteCounts = { writes: 0, records: 0, bytes: 0, snapshotBytes: 0 };

/** Passes everything on and counts what is appended. */
export class CountingStore implements Store {
  readonly capabilities: StoreCapabilities;
  readonly #store: Store;
  #counts = none;

  constructor(store: Store) {
    this.#store = store;
    this.capabilities = { ...store.capabilities, maintenance: false };
  }

  /** What was counted since the last call. */
  take(): WriteCounts {
    const counts = this.#counts;
    this.#counts = none;
    return counts;
  }

  append(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]> {
    let { writes, records, bytes, snapshotBytes } = this.#counts;
    writes += 1;
    for (const append of appends) {
      records += append.records.length;
      snapshotBytes += append.snapshot?.length ?? 0;
      bytes += append.snapshot?.length ?? 0;
      for (const record of append.records) bytes += record.length;
    }
    this.#counts = { writes, records, bytes, snapshotBytes };
    return this.#store.append(appends);
  }

  create(execution: NewExecution): Promise<Lease> {
    return this.#store.create(execution);
  }

  read(id: string, options?: { readonly after?: number }): AsyncIterable<readonly JournalRecord[]> {
    return this.#store.read(id, options);
  }

  readSnapshot(id: string): Promise<JournalSnapshot | undefined> {
    return this.#store.readSnapshot(id);
  }

  get(id: string): Promise<ExecutionSummary | undefined> {
    return this.#store.get(id);
  }

  list(query?: ListQuery): Promise<ExecutionPage> {
    return this.#store.list(query);
  }

  claim(id: string, owner: Owner): Promise<Lease> {
    return this.#store.claim(id, owner);
  }

  release(lease: Lease): Promise<void> {
    return this.#store.release(lease);
  }

  heartbeat(owner: Owner): Promise<readonly ExecutionRequest[]> {
    return this.#store.heartbeat(owner);
  }

  request(request: ExecutionRequest): Promise<void> {
    return this.#store.request(request);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
