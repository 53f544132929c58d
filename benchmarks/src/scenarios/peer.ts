import type { Size } from '../case.ts';
import type { Answer, Workload } from './peers-workload.ts';

/** An engine that is ready to run the workload any number of times, each time anew. */
export interface OpenPeer {
  run(): Promise<Answer>;
  close(): Promise<unknown>;
  /** Process of a server of its own, whose CPU time counts as well. */
  readonly serverPid?: number;
}

/** What a peer may use while it runs; `benchmarks/peers/place.mjs` makes it. */
export interface Place {
  readonly folder: string;
  readonly postgresUrl?: string;
  readonly redisPort?: number;
  readonly serverPid?: number;
  close(): Promise<void>;
}

/** An engine in one form: with one store, or none. */
export interface Peer {
  readonly name: string;
  /** Makes everything that is not to be timed. */
  readonly open: (workload: Workload, place: Place) => Promise<OpenPeer>;
  readonly services?: readonly ('postgres' | 'redis')[];
  /** Whether it needs what `benchmarks/peers` installs; false for Weftline itself. */
  readonly installed: boolean;
  /** Module of `benchmarks/peers/adapters`. */
  readonly adapter?: string;
  /** Oldest Node it runs on, where that is younger than ours, and why. */
  readonly node?: { readonly min: number; readonly why: string };
  /** Why a size is left out, for the report. */
  readonly skip?: (size: Size) => string | undefined;
}
