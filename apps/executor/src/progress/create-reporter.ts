import type { Terminal } from '../terminal.ts';
import { LineProgress } from './line-progress.ts';
import { LiveProgress } from './live-progress.ts';
import type { ProgressReporter, ProgressSource } from './progress.ts';

/** A live region on a terminal, lines elsewhere, nothing when quiet. */
export function createReporter(source: ProgressSource, terminal: Terminal): ProgressReporter {
  if (terminal.quiet) return { tick: () => undefined, close: () => undefined };
  return terminal.live ? new LiveProgress(source, terminal) : new LineProgress(source, terminal);
}
