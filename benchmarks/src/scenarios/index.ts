import type { Scenario } from '../case.ts';
import { beforeAfter } from './before-after.ts';
import { contextFork, contextForkBytes } from './context-fork.ts';
import { contextForkRender } from './context-fork-render.ts';
import { graphBuild, graphLookup } from './graph.ts';
import { lockContention } from './lock-contention.ts';
import { peers } from './peers.ts';
import { stateWrites } from './state-writes.ts';
import { wakeLatency } from './wake-latency.ts';
import { withItems } from './with-items.ts';
import { withItemsStores } from './with-items-stores.ts';

/** All of them, in the order of the report. */
export const scenarios: readonly Scenario[] = [
  ...[contextFork, contextForkBytes, contextForkRender, withItems, withItemsStores, lockContention],
  ...[wakeLatency, stateWrites, graphBuild, graphLookup, beforeAfter, peers],
];
