import type { TaskProgress } from '@weftline/engine';
import { displayWidth, truncate } from '../plain-text.ts';
import type { Terminal } from '../terminal.ts';
import { LiveRegion } from './live-region.ts';
import { EndedTasks, deservesLine, hasEnded, visitKey } from './progress.ts';
import type { ProgressReporter, ProgressSource } from './progress.ts';
import { TaskRate } from './task-rate.ts';
import { taskEndText, taskLine, visitName } from './task-text.ts';

const NAME_WIDTH_MAX = 24;

/**
 * One line per running task, repainted in place; ended tasks leave a line above.
 *
 * 1. There are never more lines than the window has rows for, whatever the number of tasks and items.
 * 2. A frame that would look the same is not written.
 */
export class LiveProgress implements ProgressReporter {
  readonly #source: ProgressSource;
  readonly #terminal: Terminal;
  readonly #region: LiveRegion;
  readonly #rates: Map<string, TaskRate> = new Map();
  readonly #ended: EndedTasks;
  #frame = '';
  #closed = false;

  constructor(source: ProgressSource, terminal: Terminal) {
    this.#source = source;
    this.#terminal = terminal;
    this.#region = new LiveRegion(terminal.stderr);
    this.#ended = new EndedTasks(source.endedBefore);
    terminal.attach(this.#region);
  }

  tick(): void {
    if (this.#closed) return;
    const { tasks } = this.#source.progress();
    const above = this.#ended.since(tasks).flatMap((task) => this.#end(task));
    this.#paint(
      tasks.filter((task) => !hasEnded(task)),
      above,
    );
  }

  close(): void {
    if (this.#closed) return;
    this.tick();
    this.#closed = true;
    this.#terminal.restore();
  }

  #end(task: TaskProgress): string[] {
    this.#rates.delete(visitKey(task));
    return deservesLine(task) ? [taskEndText(task, this.#terminal.style)] : [];
  }

  #paint(running: readonly TaskProgress[], above: readonly string[]): void {
    const lines = this.#lines(running);
    const frame = `${this.#region.width}\n${lines.join('\n')}`;
    if (frame === this.#frame && above.length === 0) return;
    this.#frame = frame;
    this.#region.paint(lines, above);
  }

  #lines(running: readonly TaskProgress[]): string[] {
    const { width, height } = this.#region;
    const shown = running.length <= height ? running : running.slice(0, height - 1);
    const nameWidth = Math.min(
      NAME_WIDTH_MAX,
      shown.reduce((most, task) => Math.max(most, displayWidth(visitName(task))), 0),
    );
    const lines = shown.map((task) => this.#line(task, { width, nameWidth }));
    const hidden = running.length - shown.length;
    if (hidden > 0) lines.push(truncate(`and ${hidden} more tasks running`, width));
    return lines;
  }

  #line(task: TaskProgress, { width, nameWidth }: { readonly width: number; readonly nameWidth: number }): string {
    const nowMs = this.#source.now();
    const perSecond = task.items === undefined ? undefined : this.#rate(task, nowMs);
    return taskLine(task, { width, nameWidth, style: this.#terminal.style, nowMs, perSecond });
  }

  #rate(task: TaskProgress, nowMs: number): number | undefined {
    const key = visitKey(task);
    const rate = this.#rates.get(key) ?? new TaskRate();
    this.#rates.set(key, rate);
    if (task.items !== undefined) rate.add(nowMs, task.items);
    return rate.perSecond();
  }
}
