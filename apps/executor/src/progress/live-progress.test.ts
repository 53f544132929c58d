import type { TaskProgress } from '@weftline/engine';
import { expect, it } from 'vitest';
import { FakeStream } from '../../test/fake-stream.ts';
import { fakeTerminal } from '../../test/fake-terminal.ts';
import { Screen } from '../../test/screen.ts';
import { itemCounts, taskProgress } from '../../test/task-progress.ts';
import { displayWidth } from '../plain-text.ts';
import { LiveProgress } from './live-progress.ts';

interface Stage {
  tasks: readonly TaskProgress[];
  nowMs: number;
  readonly stderr: FakeStream;
  readonly reporter: LiveProgress;
  readonly say: (line: string) => void;
  readonly lines: () => string[];
}

function stage(size: { columns: number; rows: number } = { columns: 80, rows: 24 }): Stage {
  const stderr = new FakeStream({ isTTY: true, ...size });
  const { terminal } = fakeTerminal({ stderr, color: false });
  const source = {
    progress: () => ({ status: 'running' as const, tasks: self.tasks }),
    now: () => self.nowMs,
  };
  const self: Stage = {
    tasks: [],
    nowMs: 0,
    stderr,
    reporter: new LiveProgress(source, terminal),
    say: (line) => terminal.say(line),
    lines() {
      const screen = new Screen(stderr.columns);
      screen.write(stderr.text);
      return screen.lines;
    },
  };
  return self;
}

it('shows a line per running task and keeps one of each that has ended', () => {
  const view = stage();
  view.tasks = [taskProgress('read'), taskProgress('fetch')];
  view.reporter.tick();
  expect(view.lines()).toEqual(['read   running  0ms', 'fetch  running  0ms']);
  view.nowMs = 900;
  view.tasks = [taskProgress('fetch'), taskProgress('read', { status: 'succeeded', finishedAtMs: 850 })];
  view.reporter.tick();
  view.reporter.tick();
  expect(view.lines()).toEqual(['✓ read succeeded in 850ms', 'fetch  running  900ms']);
  view.reporter.close();
  expect(view.lines()).toEqual(['✓ read succeeded in 850ms', '']);
});

it('puts what is said meanwhile above the region', () => {
  const view = stage();
  view.tasks = [taskProgress('read')];
  view.reporter.tick();
  view.say('a word');
  expect(view.lines()).toEqual(['a word', 'read  running  0ms']);
  view.reporter.close();
  view.say('after');
  expect(view.lines()).toEqual(['a word', 'after', '']);
});

it('writes once per look at most, and nothing when nothing has changed', () => {
  const view = stage();
  for (let done = 0; done < 100; done += 1) {
    view.nowMs = done * 100;
    view.tasks = [taskProgress('process', { items: itemCounts(10_000, { succeeded: done * 100 }) })];
    view.reporter.tick();
  }
  expect(view.stderr.writes.length).toBeLessThanOrEqual(100);
  const before = view.stderr.writes.length;
  view.reporter.tick();
  view.reporter.tick();
  expect(view.stderr.writes).toHaveLength(before);
});

it('never takes more rows or columns than there are', () => {
  const view = stage({ columns: 30, rows: 8 });
  view.tasks = Array.from({ length: 1_000 }, (_, index) =>
    taskProgress(`a-task-with-a-rather-long-name-${index}`, { items: itemCounts(10) }),
  );
  view.reporter.tick();
  const lines = view.lines();
  expect(lines).toHaveLength(6);
  expect(lines.at(-1)).toBe('and 995 more tasks running');
  for (const line of lines) expect(displayWidth(line)).toBeLessThan(30);
});

it('shows the rate and the time left once they are known', () => {
  const view = stage({ columns: 100, rows: 24 });
  view.tasks = [taskProgress('p', { items: itemCounts(1_000, { succeeded: 100 }) })];
  view.reporter.tick();
  expect(view.lines()[0]).not.toContain('/s');
  view.nowMs = 1_000;
  view.tasks = [taskProgress('p', { items: itemCounts(1_000, { succeeded: 200 }) })];
  view.reporter.tick();
  expect(view.lines()[0]).toContain('100/s  ETA 8.0s');
});

it('closing shows what ended since the last look, and may happen twice', () => {
  const view = stage();
  view.tasks = [taskProgress('read', { status: 'failed', finishedAtMs: 5 })];
  view.reporter.close();
  view.reporter.close();
  expect(view.lines()).toEqual(['✗ read failed in 5ms', '']);
});
