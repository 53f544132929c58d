import type { ItemCounts, TaskProgress } from '@weftline/engine';
import { formatDuration } from '../duration.ts';
import { displayWidth, printableLine, truncate } from '../plain-text.ts';
import type { Paint, Style } from '../style.ts';
import { itemsDone } from './task-rate.ts';

/** Names a visit of a task: the first is just the task. */
export function visitName(task: TaskProgress): string {
  return printableLine(task.visit > 1 ? `${task.task} #${task.visit}` : task.task);
}

/** `6,412`; the same in every locale. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function formatRate(perSecond: number): string {
  return `${perSecond >= 10 ? formatCount(Math.round(perSecond)) : perSecond.toFixed(1)}/s`;
}

/** `6,412/10,000`, or `6,412 so far` while nobody knows how many there will be. */
export function doneText(counts: ItemCounts): string {
  const done = formatCount(itemsDone(counts));
  return isTotalKnown(counts) ? `${done}/${formatCount(counts.total)}` : `${done} so far`;
}

/** Whether a lazy source has ended, or there was none. */
export function isTotalKnown(counts: ItemCounts): boolean {
  return counts.known !== false;
}

/** Time until the last item at the present rate; undefined while nothing moves or nobody knows how many there will be. */
export function etaMs(counts: ItemCounts, perSecond: number | undefined): number | undefined {
  if (!isTotalKnown(counts)) return undefined;
  if (perSecond === undefined || perSecond <= 0) return undefined;
  return ((counts.total - itemsDone(counts)) / perSecond) * 1_000;
}

interface Segment {
  readonly text: string;
  readonly paint?: Paint;
}

export interface TaskLineOptions {
  readonly width: number;
  /** Columns given to the name, so that the bars of several tasks stand in line. */
  readonly nameWidth: number;
  readonly style: Style;
  readonly nowMs: number;
  readonly perSecond?: number | undefined;
}

/** `process  ███████▌─── 6,412/10,000  ✓6,380 ✗32 ⟳4  50 in flight  812/s  ETA 4s`, cut to the width. */
export function taskLine(task: TaskProgress, options: TaskLineOptions): string {
  const name = padded(truncate(visitName(task), options.nameWidth, ellipsis(options.style)), options.nameWidth);
  const segments: Segment[] = [{ text: name, paint: 'bold' }, { text: '  ' }];
  const rest = task.items === undefined ? stateSegments(task, options) : itemSegments(task, task.items, options);
  const room = options.width - [...segments, ...rest].reduce((sum, { text }) => sum + displayWidth(text), 0);
  const bar = task.items === undefined ? [] : barSegments(task.items, room - 1, options.style);
  return fit([...segments, ...bar, ...rest], options);
}

function stateSegments(task: TaskProgress, { nowMs }: TaskLineOptions): Segment[] {
  return [{ text: `${task.status}  ${formatDuration(nowMs - task.startedAtMs)}`, paint: 'dim' }];
}

function itemSegments(task: TaskProgress, counts: ItemCounts, options: TaskLineOptions): Segment[] {
  const marks = MARKS[options.style.unicode ? 'unicode' : 'ascii'];
  const segments: Segment[] = [{ text: `${doneText(counts)}  ` }];
  segments.push({ text: `${marks.succeeded}${formatCount(counts.succeeded)}`, paint: 'green' });
  if (counts.failed > 0) segments.push({ text: ` ${marks.failed}${formatCount(counts.failed)}`, paint: 'red' });
  if (counts.retrying > 0)
    segments.push({ text: ` ${marks.retrying}${formatCount(counts.retrying)}`, paint: 'yellow' });
  if (task.status !== 'running' && task.status !== 'retrying') segments.push({ text: `  ${task.status}` });
  segments.push({ text: `  ${formatCount(counts.running)} in flight` });
  if (options.perSecond !== undefined) segments.push({ text: `  ${formatRate(options.perSecond)}` });
  const eta = etaMs(counts, options.perSecond);
  if (eta !== undefined) segments.push({ text: `  ETA ${formatDuration(eta)}`, paint: 'dim' });
  return segments;
}

const MARKS = {
  unicode: { succeeded: '✓', failed: '✗', retrying: '⟳' },
  ascii: { succeeded: 'ok ', failed: 'failed ', retrying: 'retrying ' },
} as const;

const BAR_WIDTH_MAX = 24;
const BAR_WIDTH_MIN = 5;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar as wide as there is room for, with a space after it; none when it would be too small, or has nothing, to say. */
function barSegments(counts: ItemCounts, room: number, style: Style): Segment[] {
  const width = Math.min(room, BAR_WIDTH_MAX);
  if (width < BAR_WIDTH_MIN || !isTotalKnown(counts)) return [];
  const share = counts.total === 0 ? 1 : itemsDone(counts) / counts.total;
  if (!style.unicode) {
    const filled = Math.floor(share * (width - 2));
    return [{ text: `[${'#'.repeat(filled)}${'.'.repeat(width - 2 - filled)}] ` }];
  }
  const eighths = Math.floor(share * width * 8);
  const filled = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
  return [
    { text: filled, paint: 'cyan' },
    { text: `${'─'.repeat(width - filled.length)} `, paint: 'dim' },
  ];
}

/** Paints after measuring, so that escape sequences never count as columns nor are cut in two. */
function fit(segments: readonly Segment[], { width, style }: TaskLineOptions): string {
  let line = '';
  let room = width;
  for (const { text, paint } of segments) {
    const shown = truncate(text, room, ellipsis(style));
    line += paint === undefined ? shown : style.paint(paint, shown);
    room -= displayWidth(shown);
    if (shown !== text) break;
  }
  return line;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

function ellipsis(style: Style): string {
  return style.unicode ? '…' : '~';
}

/** `✓ process succeeded in 12.3s, 10,000 items (32 failed)`: what remains of a task that has ended. */
export function taskEndText(task: TaskProgress, style: Style): string {
  const took = task.finishedAtMs === undefined ? '' : ` in ${formatDuration(task.finishedAtMs - task.startedAtMs)}`;
  const items = task.items === undefined ? '' : `, ${itemsText(task.items)}`;
  return `${statusMark(task.status, style)}${visitName(task)} ${task.status}${took}${items}`;
}

/** `10,000 items (9,968 succeeded, 32 failed)`; the parts are left out when all went well. */
export function itemsText(counts: ItemCounts): string {
  const soFar = isTotalKnown(counts) ? '' : ' so far';
  const total = `${formatCount(counts.total)} ${counts.total === 1 ? 'item' : 'items'}${soFar}`;
  if (counts.succeeded === counts.total) return total;
  const states = ['succeeded', 'failed', 'canceled', 'running', 'retrying', 'pending'] as const;
  const parts = states.filter((state) => counts[state] > 0).map((state) => `${formatCount(counts[state])} ${state}`);
  return `${total} (${parts.join(', ')})`;
}

const STATUS_MARKS: Readonly<Record<string, readonly [mark: string, paint: Paint]>> = {
  succeeded: ['✓', 'green'],
  failed: ['✗', 'red'],
  canceled: ['⊘', 'yellow'],
};

/** A painted symbol with a space after it; nothing where symbols cannot be drawn, since the word says it too. */
export function statusMark(status: string, style: Style): string {
  const [mark, paint] = STATUS_MARKS[status] ?? [];
  if (!style.unicode || mark === undefined || paint === undefined) return '';
  return `${style.paint(paint, mark)} `;
}
