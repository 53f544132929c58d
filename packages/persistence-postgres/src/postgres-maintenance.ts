import { findingsOf } from '@weftline/persistence';
import type { StoreMaintenance } from '@weftline/persistence';
import { examine } from './examine.ts';
import { Link } from './link.ts';
import type { Settings } from './store-options.ts';
import { vacuum } from './vacuum.ts';

export interface PostgresMaintenanceOptions {
  readonly settings: Settings;
  /** The time that a test has set, `null` where the database tells it. */
  readonly now: () => number | null;
  /** Throws when the store was closed. */
  readonly assertOpen: () => void;
}

/** How long the server may take to go through its tables. */
const LONG_STATEMENT_MS = 6 * 60 * 60 * 1_000;

/**
 * The maintenance of a store in PostgreSQL, on sessions of its own, so that no append waits for it. They are opened for each
 * call and end with it.
 */
export class PostgresMaintenance implements StoreMaintenance {
  readonly #options: PostgresMaintenanceOptions;
  readonly #links = new Set<Link>();

  constructor(options: PostgresMaintenanceOptions) {
    this.#options = options;
  }

  readonly dump: StoreMaintenance['dump'] = async function* (this: PostgresMaintenance, scope = {}) {
    this.#options.assertOpen();
    const link = this.#link({ writes: false });
    try {
      yield* examine({ ...this.#options, run: (work) => link.run(work) }, scope);
    } finally {
      await this.#drop(link);
    }
  }.bind(this);

  readonly check: StoreMaintenance['check'] = (scope) => findingsOf(this.dump(scope));

  readonly vacuum: StoreMaintenance['vacuum'] = async (options = {}) => {
    this.#options.assertOpen();
    const link = this.#link({ writes: true });
    const longLink = this.#link({ writes: true, statementMs: LONG_STATEMENT_MS });
    try {
      return await vacuum(
        { ...this.#options, run: (work) => link.run(work), runLong: (work) => longLink.run(work) },
        options,
      );
    } finally {
      await this.#drop(link);
      await this.#drop(longLink);
    }
  };

  /** Waits for the statements under way. */
  async close(): Promise<void> {
    await Promise.all([...this.#links].map((link) => link.close()));
  }

  #link({ writes, statementMs }: { readonly writes: boolean; readonly statementMs?: number }): Link {
    const { settings } = this.#options;
    const link = new Link({ ...settings, ...(statementMs !== undefined && { statementMs }) }, { writes });
    this.#links.add(link);
    return link;
  }

  async #drop(link: Link): Promise<void> {
    this.#links.delete(link);
    await link.close();
  }
}
