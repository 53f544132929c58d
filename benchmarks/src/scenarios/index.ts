import type { Scenario } from '../case.ts';
import { contextFork, contextForkBytes } from './context-fork.ts';
import { contextForkRender } from './context-fork-render.ts';
import { peers } from './peers.ts';
import { withItems } from './with-items.ts';

/** All of them, in the order of the report. */
export const scenarios: readonly Scenario[] = [contextFork, contextForkBytes, contextForkRender, withItems, peers];
