import type { StoreError } from '../errors.ts';

/** What an operator should see of a store that is opened again. */
export type ReopenNotice =
  /** A call failed: from now on nothing is acknowledged, and nothing new is let through. */
  | { readonly kind: 'stopped'; readonly store: string; readonly cause: StoreError }
  /** The call that had failed is answered, and the calls behind it go on. */
  | { readonly kind: 'resumed'; readonly store: string; readonly elapsedMs: number; readonly attempts: number }
  /** The time was over; what waited is rejected, and the next call tries again. */
  | {
      readonly kind: 'given-up';
      readonly store: string;
      readonly elapsedMs: number;
      readonly attempts: number;
      readonly cause: StoreError;
    };
