import { memoryStore, type Store, type StoreNotice } from '@weftline/persistence';
import { expect, it } from 'vitest';
import { nothingMore } from './conformance/eventually.ts';
import { RequestNotices } from './request-notices.ts';

function setUp(concerned: readonly (string | undefined)[]) {
  const listeners: ((notice: StoreNotice) => void)[] = [];
  let left = 0;
  const store: Store = Object.assign(memoryStore(), {
    watch: (listener: (notice: StoreNotice) => void) => {
      listeners.push(listener);
      return () => void left++;
    },
  });
  const beats: (() => void)[] = [];
  const heartbeat = (): Promise<void> => new Promise((resolve) => beats.push(resolve));
  const notices = new RequestNotices({ store, concerns: (id) => concerned.includes(id), heartbeat });
  const tell = (notice: StoreNotice): void => listeners.forEach((listener) => listener(notice));
  return { notices, tell, beats, listeners, left: () => left };
}

it('a request for an execution here, or one that may have been missed, asks for a heartbeat; nothing else does', () => {
  const { notices, tell, beats } = setUp(['x']);
  notices.start();
  tell({ kind: 'requested', execution: 'y' });
  tell({ kind: 'released', execution: 'x' });
  tell({ kind: 'finished', execution: 'x' });
  tell({ kind: 'missed' });
  expect(beats).toHaveLength(0);
  tell({ kind: 'requested', execution: 'x' });
  expect(beats).toHaveLength(1);
  const second = setUp([undefined]);
  second.notices.start();
  second.tell({ kind: 'missed' });
  expect(second.beats).toHaveLength(1);
});

it('what comes during a heartbeat leads to one more', async () => {
  const { notices, tell, beats } = setUp(['x']);
  notices.start();
  for (let count = 0; count < 5; count++) tell({ kind: 'requested', execution: 'x' });
  expect(beats).toHaveLength(1);
  beats[0]?.();
  await nothingMore(1);
  expect(beats).toHaveLength(2);
  beats[1]?.();
  await nothingMore(1);
  expect(beats).toHaveLength(2);
  tell({ kind: 'requested', execution: 'x' });
  expect(beats).toHaveLength(3);
});

it('watches once, and stops when the last heartbeat has ended', async () => {
  const { notices, tell, beats, listeners, left } = setUp(['x']);
  notices.start();
  notices.start();
  expect(listeners).toHaveLength(1);
  tell({ kind: 'requested', execution: 'x' });
  tell({ kind: 'requested', execution: 'x' });
  let isStopped = false;
  const stopping = notices.stop().then(() => (isStopped = true));
  await nothingMore(1);
  expect([left(), isStopped]).toEqual([1, false]);
  beats[0]?.();
  await stopping;
  expect(beats).toHaveLength(1);
});

it('leaves stores alone that cannot tell', async () => {
  const store = Object.assign(memoryStore(), { watch: undefined });
  const notices = new RequestNotices({ store, concerns: () => true, heartbeat: () => Promise.resolve() });
  notices.start();
  await notices.stop();
});
