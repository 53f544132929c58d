import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StopWatcher } from './stop-watcher.ts';
import type { StopWatcherOptions } from './stop-watcher.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function watch(options: Partial<StopWatcherOptions> = {}): {
  signals: EventEmitter;
  left: number[];
  watcher: StopWatcher;
} {
  const signals = new EventEmitter();
  const left: number[] = [];
  const watcher = new StopWatcher({
    signals,
    now: () => performance.now(),
    readerGone: new Promise(() => undefined),
    leave: (exitCode) => left.push(exitCode),
    ...options,
  });
  return { signals, left, watcher };
}

it('SIGINT stops, aborts and leaves with 130', async () => {
  const { signals, left, watcher } = watch();
  signals.emit('SIGINT');
  expect(await watcher.stopped).toMatchObject({ exitCode: 130 });
  vi.advanceTimersByTime(600);
  signals.emit('SIGINT');
  await watcher.aborted;
  vi.advanceTimersByTime(600);
  signals.emit('SIGINT');
  expect(left).toEqual([130]);
});

it('SIGTERM stops with 143, and counts together with SIGINT', async () => {
  const { signals, watcher } = watch();
  signals.emit('SIGTERM');
  vi.advanceTimersByTime(600);
  signals.emit('SIGINT');
  await watcher.aborted;
  expect(await watcher.stopped).toMatchObject({ exitCode: 143 });
});

it('the time limit stops with 124', async () => {
  const { watcher } = watch({ timeoutMs: 90_000 });
  vi.advanceTimersByTime(90_000);
  expect(await watcher.stopped).toEqual({ exitCode: 124, text: 'not finished after 1m30s' });
});

it('a reader that has gone stops as a pause does', async () => {
  const { watcher } = watch({ readerGone: Promise.resolve() });
  expect(await watcher.stopped).toMatchObject({ exitCode: 7 });
});

it('leaves no listener and no timer behind', () => {
  const { signals, watcher } = watch({ timeoutMs: 1_000 });
  watcher.dispose();
  expect(signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM')).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
