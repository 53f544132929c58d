import type { ExecutionProgress, TaskProgress } from '@weftline/engine';

/** Shows how an execution goes on; reads counters only and therefore never slows it. */
export interface ProgressReporter {
  /** Looks at the counters once and shows what is new. */
  tick(): void;
  /** Shows what is still missing and takes everything down that is not meant to stay. May be called twice. */
  close(): void;
}

/** Milliseconds between two looks at the counters: at most ten repaints a second. */
export const TICK_MS = 100;

export interface ProgressSource {
  readonly progress: () => ExecutionProgress;
  /** Given when the execution is resumed: tasks that had ended before and are not told again. */
  readonly endedBefore?: readonly TaskProgress[];
  /** Milliseconds since the epoch, comparable with `startedAtMs`. */
  readonly now: () => number;
}

/** Tells one visit of a task from every other. */
export function visitKey(task: TaskProgress): string {
  return `${task.task}\n${task.visit}`;
}

export function hasEnded(task: TaskProgress): boolean {
  return task.status === 'succeeded' || task.status === 'failed' || task.status === 'canceled';
}

/**
 * Whether a visit is worth a line: a task that is visited thousands of times shows the first ten, then every tenth up
 * to a hundred, and so on. Failures are always shown.
 */
export function deservesLine(task: TaskProgress): boolean {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(task.visit - 1 || 1)));
  return task.status === 'failed' || task.visit <= 10 || task.visit % step === 0;
}

/**
 * Finds the visits that have ended since the last look. Remembers only those of the last look, because what has left
 * the list of the latest ended tasks does not come back.
 */
export class EndedTasks {
  #known: ReadonlySet<string>;

  constructor(before: readonly TaskProgress[] = []) {
    this.#known = new Set(before.map(visitKey));
  }

  since(tasks: readonly TaskProgress[]): readonly TaskProgress[] {
    const ended = tasks.filter(hasEnded);
    const fresh = ended.filter((task) => !this.#known.has(visitKey(task)));
    this.#known = new Set(ended.map(visitKey));
    return fresh;
  }
}
