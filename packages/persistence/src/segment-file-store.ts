import {
  assertAppends,
  assertLeaseMs,
  assertNewExecution,
  assertOwner,
  assertReadAfter,
  assertRequest,
} from './check-arguments.ts';
import { StoreError } from './errors.ts';
import type { StoreMaintenance } from './maintenance/maintenance.ts';
import { processOwner } from './process-owner.ts';
import { SegmentFileMaintenance } from './segment-file-maintenance.ts';
import { nodeFileSystem } from './segment-file/file-system.ts';
import type { FileSystem } from './segment-file/file-system.ts';
import type { JournalUnit } from './segment-file/journal-index.ts';
import { openJournal } from './segment-file/open-journal.ts';
import type { OpenJournal } from './segment-file/open-journal.ts';
import { readFrameBody, readRecords } from './segment-file/read-records.ts';
import type { FrameSource } from './segment-file/read-records.ts';
import { SerialQueue } from './serial-queue.ts';
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
} from './store.ts';
import { withUndelivered } from './undelivered-requests.ts';

export type { FileIdentity, FileSystem, OpenFile } from './segment-file/file-system.ts';

export interface SegmentFileStoreOptions {
  /** Made when it is not there. One process at a time has it. */
  readonly directory: string;
  /** A segment that has grown so far is followed by another. 4 KiB to 1 GiB, default 64 MiB. */
  readonly segmentBytesMax?: number;
  /** Default 30,000; 0 for leases that never end by themselves. */
  readonly leaseMs?: number;
  /**
   * Whether segments are compacted in the background as soon as half of them, and at least one, is what snapshots stand for or
   * later writes have replaced. Costs at most as many bytes written as it gives back. Default true; false keeps every record
   * until a vacuum.
   */
  readonly compacts?: boolean;
  /** The clock of leases; default `Date.now`. */
  readonly nowMs?: () => number;
  /** What files are made of; replaced by tests that fail on cue. */
  readonly fileSystem?: FileSystem;
}

/**
 * Keeps everything in append-only files of one directory, for one process: one write and one sync per call, however many
 * appends it holds. In memory it keeps summaries and 24 bytes for each append.
 *
 * The directory is opened with the first call, which rejects with STORE_HELD while another process has it and with
 * STORE_CORRUPT, file and offset when something that was synced is damaged; the next call tries again. After a
 * failed write or sync every call rejects with STORE_UNKNOWN_OUTCOME until the store is closed and opened anew.
 * A full medium rejects with STORE_UNAVAILABLE and leaves everything as it was.
 */
export function segmentFileStore(options: SegmentFileStoreOptions): Store {
  const { directory, segmentBytesMax = 64 * 1024 * 1024, leaseMs = 30_000 } = options;
  const { nowMs = Date.now, fileSystem = nodeFileSystem, compacts = true } = options;
  if (typeof directory !== 'string' || directory === '') throw invalid('directory: expected a path, got nothing');
  if (!Number.isInteger(segmentBytesMax) || segmentBytesMax < 4_096 || segmentBytesMax > 1024 ** 3) {
    throw invalid(`segmentBytesMax: expected 4 KiB to 1 GiB, got ${segmentBytesMax}`);
  }
  assertLeaseMs(leaseMs);
  return new SegmentFileStore({ directory, segmentBytesMax, leaseMs, nowMs, fileSystem, compacts });
}

/**
 * 1. Whatever changes something goes through `#queue`, so plans are made on the outcome of everything before.
 * 2. The index is changed only after the write; what it says is durable.
 */
class SegmentFileStore implements Store {
  readonly capabilities: StoreCapabilities;
  readonly #options: Required<SegmentFileStoreOptions>;
  readonly #maintenance: SegmentFileMaintenance;
  readonly #owner = processOwner();
  readonly #queue = new SerialQueue();
  #opening: Promise<OpenJournal> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: Required<SegmentFileStoreOptions>) {
    const { leaseMs } = options;
    this.#options = options;
    this.capabilities = {
      ...{ name: 'segment-file', durable: true, durableOnResolve: true, multiProcess: false },
      ...{ leaseMs, maintenance: true },
    };
    this.#maintenance = new SegmentFileMaintenance({
      ...{ ...options, owner: this.#owner },
      openedJournal: async () => this.#opening?.catch(() => undefined),
      change: (change) => this.#change(change),
      assertOpen: () => this.#assertOpen(),
    });
  }

  get maintenance(): StoreMaintenance {
    return this.#maintenance;
  }

  async create(execution: NewExecution): Promise<Lease> {
    assertNewExecution(execution);
    return this.#change(async (journal) => {
      await journal.write([journal.index.planCreate(execution)]);
      return leaseOf(journal, execution.id, execution.owner);
    });
  }

  async append(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]> {
    assertAppends(appends);
    return this.#change(async (journal) => {
      const { units, outcomes } = journal.index.planAppends(appends);
      await journal.write(units);
      if (this.#options.compacts) this.#maintenance.noteAppend(journal);
      return outcomes;
    });
  }

  async *read(id: string, options: { readonly after?: number } = {}): AsyncGenerator<readonly JournalRecord[]> {
    const after = assertReadAfter(options.after);
    const journal = await this.#journal();
    const { body: frames, head } = journal.index.table.expect(id);
    if (after >= head) return;
    const chunks = readRecords({ ...this.#source(journal), id, frames, after });
    for await (const chunk of chunks) {
      yield chunk;
      this.#assertOpen();
    }
  }

  async readSnapshot(id: string): Promise<JournalSnapshot | undefined> {
    const journal = await this.#journal();
    const { body } = journal.index.table.expect(id);
    if (body.snapshot === undefined) return undefined;
    let { snapshot } = body;
    // Where compaction moves it meanwhile, the one that is the latest then is read.
    const data = await readFrameBody(this.#source(journal), () => {
      snapshot = body.snapshot ?? snapshot;
      return snapshot.spot;
    });
    return { sequence: snapshot.sequence, data };
  }

  async get(id: string): Promise<ExecutionSummary | undefined> {
    const { table } = (await this.#journal()).index;
    const entry = table.find(id);
    return entry && table.summarize(entry);
  }

  async list(query: ListQuery = {}): Promise<ExecutionPage> {
    return (await this.#journal()).index.table.list(query);
  }

  async claim(id: string, owner: Owner): Promise<Lease> {
    assertOwner(owner, 'claim: owner');
    return this.#change(async (journal) => {
      const entry = journal.index.table.assertClaimable(id, owner);
      await journal.write([journal.index.planClaim(entry, owner)]);
      return leaseOf(journal, id, owner);
    });
  }

  async release(lease: Lease): Promise<void> {
    return this.#change(async (journal) => {
      const { index } = journal;
      if (!index.table.isHeldBy(lease)) return;
      await journal.write([index.planChange(index.table.expect(lease.execution), { kind: 'released' })]);
    });
  }

  async heartbeat(owner: Owner): Promise<readonly ExecutionRequest[]> {
    assertOwner(owner, 'heartbeat: owner');
    return this.#change(async (journal) => {
      const { index } = journal;
      const requests: ExecutionRequest[] = [];
      const delivered: JournalUnit[] = [];
      for (const entry of index.table.ownedBy(owner)) {
        entry.leaseEndsAtMs = index.table.leaseEnd();
        const count = entry.requests.length;
        if (count > 0) delivered.push(index.planChange(entry, { kind: 'delivered', count }));
        requests.push(...entry.requests);
      }
      await journal.touch();
      try {
        await journal.write(delivered);
      } catch (cause) {
        throw withUndelivered(cause, requests);
      }
      return requests;
    });
  }

  async request(request: ExecutionRequest): Promise<void> {
    assertRequest(request);
    return this.#change(async (journal) => {
      const { execution, ...rest } = request;
      const { index } = journal;
      await journal.write([index.planChange(index.table.expect(execution), { kind: 'requested', request: rest })]);
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#maintenance.close();
    // Whoever made a call that could not open the directory has been told why.
    await this.#queue.run(async () => (await this.#opening?.catch(() => undefined))?.close());
  }

  #source(journal: OpenJournal): FrameSource {
    const { fileSystem, directory } = this.#options;
    return { fileSystem, directory, segments: journal.segments };
  }

  #change<Result>(change: (journal: OpenJournal) => Promise<Result>): Promise<Result> {
    this.#assertOpen();
    return this.#queue.run(async () => change(await this.#open()));
  }

  /** For reading: not behind the changes under way, but with everything acknowledged. */
  async #journal(): Promise<OpenJournal> {
    this.#assertOpen();
    return this.#open();
  }

  async #open(): Promise<OpenJournal> {
    this.#opening ??= this.#openOnce();
    const journal = await this.#opening;
    journal.assertWhole();
    return journal;
  }

  async #openOnce(): Promise<OpenJournal> {
    try {
      return await openJournal({ ...this.#options, owner: this.#owner });
    } catch (cause) {
      this.#opening = undefined;
      throw cause;
    }
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) {
      throw new StoreError(`${this.#options.directory}: the store has been closed`, { code: 'STORE_CLOSED' });
    }
  }
}

function leaseOf({ index }: OpenJournal, id: string, owner: Owner): Lease {
  const { epoch, head } = index.table.expect(id);
  return { execution: id, owner: owner.id, epoch, head };
}

function invalid(message: string): StoreError {
  return new StoreError(`segmentFileStore: ${message}`, { code: 'STORE_INVALID_ARGUMENT' });
}
