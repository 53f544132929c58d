import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemCounts, taskProgress } from '../../test/task-progress.ts';
import { displayWidth, withoutEscapes } from '../plain-text.ts';
import { createStyle } from '../style.ts';
import { formatCount, formatRate, itemsText, taskEndText, taskLine } from './task-text.ts';

const unicode = createStyle({ isTTY: false, env: { LANG: 'C.UTF-8' }, platform: 'linux' });
const ascii = createStyle({ isTTY: false, env: {}, platform: 'linux' });
const colored = createStyle({ isTTY: true, env: { LANG: 'C.UTF-8' }, platform: 'linux', color: true });

const process = taskProgress('process', {
  items: itemCounts(10_000, { succeeded: 6_380, failed: 32, running: 50, retrying: 4 }),
});
const line = { nameWidth: 7, nowMs: 5_000, perSecond: 812 };

describe('the line of a running list', () => {
  it('shows the bar, the counts, the rate and the time left', () => {
    expect(taskLine(process, { ...line, width: 110, style: unicode })).toBe(
      'process  ███████████████▍──────── 6,412/10,000  ✓6,380 ✗32 ⟳4  50 in flight  812/s  ETA 4.4s',
    );
  });

  it('has neither bar nor time left while nobody knows how many items there will be', () => {
    const items = itemCounts(7_000, { succeeded: 6_380, failed: 32, running: 50, retrying: 4, known: false });
    expect(taskLine({ ...process, items }, { ...line, width: 110, style: unicode })).toBe(
      'process  6,412 so far  ✓6,380 ✗32 ⟳4  50 in flight  812/s',
    );
    expect(itemsText(items)).toMatch(/^7,000 items so far \(/);
  });

  it('does without symbols where they cannot be drawn', () => {
    expect(taskLine(process, { ...line, width: 120, style: ascii })).toBe(
      'process  [##############........] 6,412/10,000  ok 6,380 failed 32 retrying 4  50 in flight  812/s  ETA 4.4s',
    );
  });

  it('gives the bar up first when there is no room', () => {
    expect(taskLine(process, { ...line, width: 70, style: unicode })).toBe(
      'process  6,412/10,000  ✓6,380 ✗32 ⟳4  50 in flight  812/s  ETA 4.4s',
    );
    expect(taskLine(process, { ...line, width: 30, style: unicode })).toBe('process  6,412/10,000  ✓6,380…');
  });

  it('fits every width, painted or not', () => {
    const count = fc.nat(1_000_000);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        count,
        count,
        fc.string({ unit: 'grapheme' }),
        (width, done, more, name) => {
          const task = taskProgress(name, { items: itemCounts(done + more, { succeeded: done }) });
          const plain = taskLine(task, { ...line, width, style: unicode });
          expect(displayWidth(plain)).toBeLessThanOrEqual(width);
          expect(withoutEscapes(taskLine(task, { ...line, width, style: colored }))).toBe(plain);
        },
      ),
    );
  });

  it('holds for an empty list and for a full one', () => {
    const empty = taskProgress('process', { items: itemCounts(0) });
    expect(taskLine(empty, { nameWidth: 7, nowMs: 0, width: 60, style: unicode })).toContain('0/0');
    const full = taskProgress('process', { items: itemCounts(10, { succeeded: 10 }) });
    expect(taskLine(full, { nameWidth: 7, nowMs: 0, width: 60, style: unicode })).toContain(`${'█'.repeat(24)} 10/10`);
  });
});

it('the line of a task without items shows its state and how long it has taken', () => {
  const task = taskProgress('fetch', { status: 'retrying', startedAtMs: 1_000, visit: 3 });
  expect(taskLine(task, { nameWidth: 10, nowMs: 4_200, width: 60, style: unicode })).toBe('fetch #3    retrying  3.2s');
});

it('a task that has ended leaves the word and the symbol', () => {
  const ended = { ...process, status: 'failed', finishedAtMs: 12_300 } as const;
  expect(taskEndText({ ...ended, items: itemCounts(10, { succeeded: 8, failed: 2 }) }, unicode)).toBe(
    '✗ process failed in 12s, 10 items (8 succeeded, 2 failed)',
  );
  expect(taskEndText(taskProgress('a', { status: 'succeeded', finishedAtMs: 5 }), ascii)).toBe('a succeeded in 5ms');
});

it('counts of items name only what is there', () => {
  expect(itemsText(itemCounts(1, { succeeded: 1 }))).toBe('1 item');
  expect(itemsText(itemCounts(0))).toBe('0 items');
  expect(itemsText(itemCounts(1_500, { succeeded: 1_000, canceled: 1 }))).toBe(
    '1,500 items (1,000 succeeded, 1 canceled, 499 pending)',
  );
});

it('a name cannot paint the screen', () => {
  const task = taskProgress('a\u001B[31m\nb', { status: 'succeeded', finishedAtMs: 0 });
  expect(taskEndText(task, unicode)).toBe(String.raw`✓ a\x1b[31m b succeeded in 0ms`);
});

it('numbers are the same in every locale', () => {
  expect([0, 999, 1_000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([0.51, 9.96, 10, 1_234.4].map(formatRate)).toEqual(['0.5/s', '10.0/s', '10/s', '1,234/s']);
});
