import { processOwner, type Lease, type Store } from '@weftline/persistence';

/** Holds the lease of one execution after the other and writes its journal, one append per record. */
export class JournalWriter {
  readonly #store: Store;
  #lease: Lease | undefined;
  #sequence = 0;
  #executions = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Begins a new execution, which has one record. */
  async begin(): Promise<void> {
    this.#executions += 1;
    const id = `written-${this.#executions}`;
    const fields = { workflow: 'written', status: 'running', createdAtMs: Date.now() };
    this.#lease = await this.#store.create({ id, owner: processOwner(), records: [Buffer.from('begun')], ...fields });
    this.#sequence = 1;
  }

  /** Resolves when the store acknowledges the record. */
  async append(record: Uint8Array): Promise<void> {
    if (this.#lease === undefined) throw new Error('not begun');
    this.#sequence += 1;
    const { execution, epoch } = this.#lease;
    const [refused] = await this.#store.append([{ execution, epoch, sequence: this.#sequence, records: [record] }]);
    if (refused !== undefined) throw refused;
  }

  /** Records behind the first one, as the store has them. */
  async written(): Promise<number> {
    const summary = await this.#store.get(this.#lease?.execution ?? '');
    return (summary?.head ?? 1) - 1;
  }
}
