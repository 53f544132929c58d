import type { TaskProgress } from '@weftline/engine';
import { expect, it } from 'vitest';
import { fakeTerminal } from '../../test/fake-terminal.ts';
import { itemCounts, taskProgress } from '../../test/task-progress.ts';
import { LineProgress } from './line-progress.ts';

interface Stage {
  readonly look: (nowMs: number, ...tasks: readonly TaskProgress[]) => void;
  readonly reporter: LineProgress;
  readonly lines: () => string[];
}

function stage(endedBefore?: readonly TaskProgress[]): Stage {
  const { terminal, stderr } = fakeTerminal({ env: {} });
  let now = 0;
  let seen: readonly TaskProgress[] = [];
  const source = {
    progress: () => ({ status: 'running' as const, tasks: seen }),
    now: () => now,
    ...(endedBefore && { endedBefore }),
  };
  const reporter = new LineProgress(source, terminal);
  return {
    reporter,
    look(nowMs, ...tasks) {
      now = nowMs;
      seen = tasks;
      reporter.tick();
    },
    lines: () => stderr.text.split('\n').slice(0, -1),
  };
}

function list(succeeded: number, more: Partial<TaskProgress> = {}): TaskProgress {
  return taskProgress('process', { items: itemCounts(10_000, { succeeded }), ...more });
}

it('tells the start, each tenth and the end of a list', () => {
  const { look, lines } = stage();
  for (let ms = 0; ms <= 10_000; ms += 100) look(ms, list(ms));
  look(10_100, list(10_000, { status: 'succeeded', finishedAtMs: 10_050 }));
  expect(lines()[0]).toBe('process: started, 10,000 items');
  expect(lines()[1]).toBe('process: 1,000/10,000 (10%), 0 in flight, 1,000/s, ETA 9.0s');
  expect(lines().at(-1)).toBe('process succeeded in 10s, 10,000 items');
  expect(lines()).toHaveLength(12);
});

it('tells no share and no end of a list whose source goes on', () => {
  const { look, lines } = stage();
  const unknown = (succeeded: number): TaskProgress =>
    taskProgress('process', { items: itemCounts(succeeded + 100, { succeeded, known: false }) });
  for (let ms = 0; ms <= 60_000; ms += 100) look(ms, unknown(ms));
  expect(lines()[0]).toBe('process: started, items as they come');
  expect(lines()[1]).toMatch(/^process: [\d,]+ so far, 0 in flight, 1,000\/s$/);
  look(60_100, list(10_000));
  expect(lines().at(-1)).toMatch(/^process: 10,000\/10,000 \(100%\)/);
});

it('tells that a slow list is alive, ever more seldom', () => {
  const { look, lines } = stage();
  const day = 86_400_000;
  for (let ms = 0; ms < day; ms += 1_000) look(ms, list(Math.floor((ms / day) * 1_000)));
  expect(lines().length).toBeLessThan(20);
  expect(lines()[1]).toMatch(/^process: 0\/10,000 \(0%\)/);
});

it('stays under 50 lines for 10,000 items, however they come', () => {
  const { look, lines } = stage();
  let ms = 0;
  for (let done = 0; done <= 10_000; done += 1) {
    ms += done % 100 === 0 ? 60_000 : 10;
    look(ms, list(done));
  }
  expect(lines().length).toBeLessThan(50);
});

it('tells a retry once, however often it happens', () => {
  const { look, lines } = stage();
  for (let ms = 0; ms < 5_000; ms += 100) {
    look(ms, taskProgress('fetch', { status: ms % 200 === 0 ? 'running' : 'retrying' }));
  }
  expect(lines()).toEqual(['fetch: started', 'fetch: retrying for 100ms']);
});

it('does not take what was done before its first look for work of another process', () => {
  const { look, lines } = stage();
  look(100, list(3_500));
  expect(lines()).toEqual(['process: started, 10,000 items']);
});

it('gives a task that has come and gone between two looks its last line only', () => {
  const { look, lines } = stage();
  look(0, taskProgress('a', { status: 'succeeded', finishedAtMs: 3 }));
  look(100, taskProgress('a', { status: 'succeeded', finishedAtMs: 3 }));
  expect(lines()).toEqual(['a succeeded in 3ms']);
});

it('does not tell again what had ended before an execution is resumed', () => {
  const before = taskProgress('a', { status: 'succeeded', finishedAtMs: 3 });
  const { look, lines } = stage([before]);
  look(0, before, list(4_000));
  expect(lines()).toEqual(['process: started, 10,000 items, 4,000 done already']);
});

it('tells failures, and fewer and fewer of the visits of a loop', () => {
  const { look, lines } = stage();
  for (let visit = 1; visit <= 2_000; visit += 1) {
    const status = visit === 1_234 ? 'failed' : 'succeeded';
    look(visit, taskProgress('poll', { visit, status, finishedAtMs: 0 }));
  }
  expect(lines()).toContain('poll #1234 failed in 0ms');
  expect(lines().length).toBeLessThan(40);
});

it('says nothing more once it is closed', () => {
  const { look, lines, reporter } = stage();
  reporter.close();
  look(0, taskProgress('a'));
  expect(lines()).toEqual([]);
});
