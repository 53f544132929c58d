import type { Context } from '@weftline/context';
import type { Draft } from './draft.ts';
import { invariant } from './invariant.ts';

/** Where a line of work stands: what it knows, and the fork it came from. */
export interface Branch {
  readonly context: Context;
  readonly fork: number;
}

export const rootFork = 0;

/** Turns one branch into `count` branches; with one it stays what it was. */
export function splitBranch(draft: Draft, branch: Branch, count: number): number {
  if (count < 2) return branch.fork;
  const parent = settleFork(draft, branch.fork);
  const id = draft.nextFork;
  draft.nextFork += 1;
  draft.putFork(id, { parent, depth: draft.fork(parent).depth + 1, version: draft.version, live: count });
  return id;
}

/** The fork a branch belongs to once forks with a single live branch have been given back to their parents. */
function settleFork(draft: Draft, id: number): number {
  let current = id;
  while (current !== rootFork) {
    const fork = draft.fork(current);
    if (fork.live > 1) break;
    draft.removeFork(current);
    current = fork.parent;
  }
  return current;
}

/** A branch goes no further. */
export function endBranch(draft: Draft, branch: Branch): void {
  absorb(draft, branch.context);
  leaveFork(draft, branch.fork);
}

/** Adds what a branch knew at its end to what the output is rendered from; of equal names the one written last stays. */
export function absorb(draft: Draft, context: Context): void {
  draft.final = draft.final.merge([context], Infinity);
}

function leaveFork(draft: Draft, id: number): void {
  let current = id;
  for (;;) {
    const fork = draft.fork(current);
    if (current === rootFork || fork.live > 1) {
      draft.putFork(current, { ...fork, live: fork.live - 1 });
      return;
    }
    draft.removeFork(current);
    current = fork.parent;
  }
}

/**
 * Makes one branch of several. It knows what all knew when they parted, and what each wrote itself since, in order of
 * arrival: of equal names the last to arrive wins.
 */
export function joinBranches(draft: Draft, branches: readonly Branch[]): Branch {
  const [first, ...rest] = branches;
  invariant(first !== undefined, 'a join needs an arrival');
  if (rest.length === 0) return first;
  const ancestor = branches.reduce((fork, branch) => commonFork(draft, fork, branch.fork), first.fork);
  const { version, live, ...fork } = draft.fork(ancestor);
  const context = first.context.merge(
    rest.map((branch) => branch.context),
    version,
  );
  draft.putFork(ancestor, { ...fork, version, live: live + 1 });
  for (const branch of branches) leaveFork(draft, branch.fork);
  return { context, fork: settleFork(draft, ancestor) };
}

function commonFork(draft: Draft, left: number, right: number): number {
  let [a, b] = [left, right];
  while (a !== b) {
    if (draft.fork(a).depth >= draft.fork(b).depth) a = draft.fork(a).parent;
    else b = draft.fork(b).parent;
  }
  return a;
}
