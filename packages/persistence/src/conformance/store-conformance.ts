import { describe, it } from 'vitest';
import type { Store } from '../store.ts';
import { concurrencyLaws } from './concurrency-laws.ts';
import { runLaw } from './harness.ts';
import type { Laws, StoreSetup } from './harness.ts';
import { journalLaws } from './journal-laws.ts';
import { lifecycleLaws } from './lifecycle-laws.ts';
import { listingLaws } from './listing-laws.ts';
import { maintenanceLaws } from './maintenance-laws.ts';
import { noticeLaws } from './notice-laws.ts';
import { ownershipLaws } from './ownership-laws.ts';
import { requestLaws } from './request-laws.ts';
import { snapshotLaws } from './snapshot-laws.ts';

export interface StoreConformanceOptions {
  /** As the suite is titled, e.g. `sqlite + group-commit`. */
  readonly name: string;
  /** Opens the store that lives in `setup.directory`; a law may open it a second time while the first is open. */
  readonly create: (setup: StoreSetup) => Store | Promise<Store>;
  /** Opens it again after it was closed. Default `create`. */
  readonly reopen?: (setup: StoreSetup) => Store | Promise<Store>;
  /**
   * Opens what the next process would find if this one died now: nothing is closed, what was not synced is lost.
   * Without it the laws about crashes are skipped and say so.
   */
  readonly crash?: (store: Store, setup: StoreSetup) => Store | Promise<Store>;
  /** Laws that do not hold, by title, each with its reason. */
  readonly skip?: readonly { readonly reason: string; readonly laws: readonly string[] }[];
}

const groups: Readonly<Record<string, Laws>> = {
  journal: journalLaws,
  snapshots: snapshotLaws,
  concurrency: concurrencyLaws,
  ownership: ownershipLaws,
  requests: requestLaws,
  notices: noticeLaws,
  listing: listingLaws,
  maintenance: maintenanceLaws,
  'life cycle': lifecycleLaws,
};

const crashLaws = [
  'what was acknowledged is there after a crash, exactly when the store says so',
  'a snapshot that was acknowledged is there after a crash, exactly when the store says so',
  'what a vacuum left behind is there after a crash, exactly when the store says so',
];

/** Registers, with vitest, the laws that every store and every store behind a write policy keeps. */
export function storeConformance(options: StoreConformanceOptions): void {
  const { create, reopen = create, crash } = options;
  const underTest = { create, reopen, ...(crash && { crash }) };
  const reasons = skipReasons(options);
  describe(`${options.name} keeps the laws of stores`, () => {
    for (const [group, laws] of Object.entries(groups)) {
      describe(group, () => {
        for (const [title, law] of Object.entries(laws)) {
          const reason = reasons.get(title);
          if (reason === undefined) it(title, { timeout: 30_000 }, () => runLaw(underTest, law));
          else it.skip(`${title} (${reason})`);
        }
      });
    }
  });
}

function skipReasons(options: StoreConformanceOptions): ReadonlyMap<string, string> {
  const reasons = new Map(options.skip?.flatMap(({ reason, laws }) => laws.map((law) => [law, reason] as const)));
  const known = new Set(Object.values(groups).flatMap((laws) => Object.keys(laws)));
  for (const law of reasons.keys()) if (!known.has(law)) throw new Error(`skip: there is no law '${law}'`);
  if (options.crash !== undefined) return reasons;
  for (const law of crashLaws) if (!reasons.has(law)) reasons.set(law, 'no crash was given');
  return reasons;
}
