import type { ItemCounts, TaskProgress } from '@weftline/engine';
import { formatDuration } from '../duration.ts';
import type { Terminal } from '../terminal.ts';
import { EndedTasks, deservesLine, hasEnded, visitKey } from './progress.ts';
import type { ProgressReporter, ProgressSource } from './progress.ts';
import { TaskRate, itemsDone } from './task-rate.ts';
import { doneText, etaMs, formatCount, formatRate, isTotalKnown, taskEndText, visitName } from './task-text.ts';

const HEARTBEAT_MS = 10_000;

interface Shown {
  status: TaskProgress['status'];
  /** Tenths of the list that have been told. */
  tenths: number;
  nextBeatMs: number;
  beatMs: number;
  readonly rate: TaskRate;
}

/**
 * Progress for pipes and logs: a line when a task starts, waits for a retry or ends, and in between a heartbeat.
 *
 * 1. A list tells each tenth once. In between it tells that it is alive after 10 s, the next time after 20, then 40, and
 *    so on, so that neither the number of items nor the time makes many lines.
 * 2. A task that has started and ended between two looks gives only its last line.
 */
export class LineProgress implements ProgressReporter {
  readonly #source: ProgressSource;
  readonly #terminal: Terminal;
  readonly #shown: Map<string, Shown> = new Map();
  readonly #ended: EndedTasks;
  #closed = false;

  constructor(source: ProgressSource, terminal: Terminal) {
    this.#source = source;
    this.#terminal = terminal;
    this.#ended = new EndedTasks(source.endedBefore);
  }

  tick(): void {
    if (this.#closed) return;
    const nowMs = this.#source.now();
    const { tasks } = this.#source.progress();
    for (const task of this.#ended.since(tasks)) this.#end(task);
    for (const task of tasks) if (!hasEnded(task)) this.#follow(task, nowMs);
  }

  close(): void {
    this.tick();
    this.#closed = true;
  }

  #end(task: TaskProgress): void {
    this.#shown.delete(visitKey(task));
    if (deservesLine(task)) this.#terminal.note(taskEndText(task, this.#terminal.style));
  }

  #follow(task: TaskProgress, nowMs: number): void {
    const key = visitKey(task);
    const shown = this.#shown.get(key);
    if (shown === undefined) {
      this.#shown.set(key, firstLook(task, nowMs));
      if (deservesLine(task)) this.#terminal.note(`${visitName(task)}: ${startText(task, this.#source)}`);
      return;
    }
    if (task.items !== undefined) shown.rate.add(nowMs, task.items);
    const changed = task.status !== shown.status && task.status !== 'running';
    const tenths = task.items === undefined ? 0 : tenthsOf(task.items);
    if (!changed && tenths <= shown.tenths && nowMs < shown.nextBeatMs) return;
    if (!changed && tenths <= shown.tenths) shown.beatMs *= 2;
    shown.nextBeatMs = nowMs + shown.beatMs;
    shown.tenths = Math.max(tenths, shown.tenths);
    // A task that goes back and forth between running and retrying tells it once.
    if (changed) shown.status = task.status;
    if (deservesLine(task)) this.#terminal.note(`${visitName(task)}: ${beatText(task, shown, nowMs)}`);
  }
}

function firstLook(task: TaskProgress, nowMs: number): Shown {
  const rate = new TaskRate();
  if (task.items !== undefined) rate.add(nowMs, task.items);
  const tenths = task.items === undefined ? 0 : tenthsOf(task.items);
  return { status: task.status, tenths, nextBeatMs: nowMs + HEARTBEAT_MS, beatMs: HEARTBEAT_MS, rate };
}

function tenthsOf(counts: ItemCounts): number {
  return counts.total === 0 || !isTotalKnown(counts) ? 0 : Math.floor((itemsDone(counts) / counts.total) * 10);
}

function startText(task: TaskProgress, { endedBefore }: ProgressSource): string {
  const state = task.status === 'running' ? 'started' : task.status;
  if (task.items === undefined) return state;
  // What is done at the first look was done in another process, unless this one has been quick.
  const done = endedBefore === undefined ? 0 : itemsDone(task.items);
  const total = isTotalKnown(task.items) ? `${formatCount(task.items.total)} items` : 'items as they come';
  return `${state}, ${total}${done > 0 ? `, ${formatCount(done)} done already` : ''}`;
}

function beatText(task: TaskProgress, shown: Shown, nowMs: number): string {
  if (task.items === undefined) return `${task.status} for ${formatDuration(nowMs - task.startedAtMs)}`;
  const { items } = task;
  const percent = items.total === 0 ? 100 : Math.floor((itemsDone(items) / items.total) * 100);
  const parts = [`${doneText(items)}${isTotalKnown(items) ? ` (${percent}%)` : ''}`];
  if (items.failed > 0) parts.push(`${formatCount(items.failed)} failed`);
  if (items.retrying > 0) parts.push(`${formatCount(items.retrying)} retrying`);
  parts.push(`${formatCount(items.running)} in flight`);
  const perSecond = shown.rate.perSecond();
  if (perSecond !== undefined) parts.push(formatRate(perSecond));
  const eta = etaMs(items, perSecond);
  if (eta !== undefined) parts.push(`ETA ${formatDuration(eta)}`);
  return parts.join(', ');
}
