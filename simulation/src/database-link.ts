import { StoreError } from '@weftline/persistence';
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
} from '@weftline/persistence';
import type { Database } from './database.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

export interface LinkFaults {
  /** Share of calls whose connection breaks on the way. */
  readonly breaks: number;
  /** Share of calls that take up to a second instead of a few milliseconds. */
  readonly slow: number;
}

const answerTimeoutMs = 3_000;

/**
 * The database as a process sees it over a network. Requests arrive in the order in which they were sent; a connection that breaks
 * takes everything under way with it, and what became of that is unknown: some of it may have arrived.
 */
export class DatabaseLink implements Store {
  readonly capabilities: StoreCapabilities;
  readonly #world: World;
  readonly #process: SimulatedProcess;
  readonly #database: Database;
  readonly #faults: LinkFaults;
  #connection = 1;
  #lastArrivalMs = 0;
  #cutUntilMs = 0;

  constructor(options: {
    readonly world: World;
    readonly process: SimulatedProcess;
    readonly database: Database;
    readonly faults: LinkFaults;
    readonly leaseMs: number;
  }) {
    this.#world = options.world;
    this.#process = options.process;
    this.#database = options.database;
    this.#faults = options.faults;
    this.capabilities = {
      ...{ name: 'simulated', durable: true, durableOnResolve: true, multiProcess: true },
      leaseMs: options.leaseMs,
    };
  }

  /** Nothing passes for so long. */
  cut(durationMs: number): void {
    this.#connection += 1;
    this.#cutUntilMs = this.#world.nowMs() + durationMs;
  }

  create(execution: NewExecution): Promise<Lease> {
    return this.#call((store) => store.create(execution));
  }

  append(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]> {
    return this.#call((store) => store.append(appends));
  }

  async *read(id: string, options?: { readonly after?: number }): AsyncGenerator<readonly JournalRecord[]> {
    yield* await this.#call(async (store) => {
      const chunks: (readonly JournalRecord[])[] = [];
      for await (const chunk of store.read(id, options)) chunks.push(chunk);
      return chunks;
    });
  }

  readSnapshot(id: string): Promise<JournalSnapshot | undefined> {
    return this.#call((store) => store.readSnapshot(id));
  }

  get(id: string): Promise<ExecutionSummary | undefined> {
    return this.#call((store) => store.get(id));
  }

  list(query?: ListQuery): Promise<ExecutionPage> {
    return this.#call((store) => store.list(query));
  }

  claim(id: string, owner: Owner): Promise<Lease> {
    return this.#call((store) => store.claim(id, owner));
  }

  release(lease: Lease): Promise<void> {
    return this.#call((store) => store.release(lease));
  }

  heartbeat(owner: Owner): Promise<readonly ExecutionRequest[]> {
    return this.#call((store) => store.heartbeat(owner));
  }

  request(request: ExecutionRequest): Promise<void> {
    return this.#call((store) => store.request(request));
  }

  async close(): Promise<void> {
    this.#connection += 1;
  }

  /** A request, its effect and its answer; rejects when no answer can be had, and then the effect is unknown. */
  #call<Answer>(effect: (store: Store) => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const connection = this.#connection;
      const settle = (answer: () => void): void => void this.#process.schedule(this.#delayMs(), answer);
      const timeout = this.#process.schedule(answerTimeoutMs, () => reject(unknownOutcome('no answer in time')));
      const lost = (reason: StoreError): void =>
        settle(() => {
          timeout();
          reject(reason);
        });
      this.#arrive(() => {
        if (connection !== this.#connection || this.#world.nowMs() < this.#cutUntilMs) {
          lost(unknownOutcome('the connection broke'));
          return;
        }
        if (this.#world.random.chance(this.#faults.breaks)) this.#break();
        const { store, life } = this.#database;
        if (store === undefined) {
          lost(new StoreError('the database is down', { code: 'STORE_UNAVAILABLE', retryable: true }));
          return;
        }
        effect(store).then(
          (answer) => {
            if (life !== this.#database.life || connection !== this.#connection) lost(unknownOutcome('no answer'));
            else
              settle(() => {
                timeout();
                resolve(answer);
              });
          },
          (error: StoreError) => lost(life === this.#database.life ? error : unknownOutcome('no answer')),
        );
      });
    });
  }

  /** What has been sent is on its way, whatever becomes of the process. */
  #arrive(run: () => void): void {
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, this.#world.nowMs() + this.#delayMs());
    this.#world.schedule(this.#lastArrivalMs - this.#world.nowMs(), run);
  }

  #break(): void {
    this.#connection += 1;
  }

  #delayMs(): number {
    const { random } = this.#world;
    return random.chance(this.#faults.slow) ? random.integer(50, 1_000) : random.integer(0, 10);
  }
}

function unknownOutcome(why: string): StoreError {
  return new StoreError(`the outcome is unknown: ${why}`, { code: 'STORE_UNKNOWN_OUTCOME', retryable: false });
}
