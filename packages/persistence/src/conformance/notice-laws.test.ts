import { expect, it } from 'vitest';
import { memoryStore } from '../memory-store.ts';
import type { Store, StoreNotice } from '../store.ts';
import { runLaw } from './harness.ts';
import { createNoticeLaws } from './notice-laws.ts';

/** The memory store tells at once, so nobody need wait for long. */
const noticeLaws = createNoticeLaws(200);

type Watch = NonNullable<Store['watch']>;

/** Runs a law over the memory store with another way to watch it, made of its own. */
async function run(title: string, change: (watch: Watch, store: Store) => Watch | undefined): Promise<void> {
  const law = noticeLaws[title];
  if (law === undefined) throw new Error(`there is no law '${title}'`);
  const create = (): Store => {
    const store = memoryStore();
    const watch = store.watch?.bind(store);
    if (watch === undefined) throw new Error('expected the memory store to tell');
    return Object.assign(store, { watch: change(watch, store) });
  };
  await runLaw({ create, reopen: create }, law);
}

const told = 'a watcher is told of requests, ends and releases';
const refused = 'a watcher is not told of what was refused';
const every = 'every watcher is told, until it ends that';
const closed = 'watching ends with the store';

it.each(Object.keys(noticeLaws))('the memory store keeps: %s', (title) => run(title, (watch) => watch));

it.each(Object.keys(noticeLaws))('a store that cannot tell keeps: %s', (title) => run(title, () => undefined));

it.each<[string, string, (watch: Watch, store: Store) => Watch]>([
  ['never tells', told, () => () => () => undefined],
  ...(['requested', 'finished', 'released'] as const).map((kind): [string, string, (watch: Watch) => Watch] => [
    `does not tell what was ${kind}`,
    told,
    (watch) => (listener) => watch((notice) => void (notice.kind === kind || listener(notice))),
  ]),
  [
    'tells what was asked, whatever becomes of it',
    refused,
    (watch, store) => (listener) => {
      const { append } = store;
      store.append = (appends) => {
        for (const { execution } of appends) listener({ kind: 'finished', execution });
        return append.call(store, appends);
      };
      return watch(listener);
    },
  ],
  [
    'tells the last watcher alone',
    every,
    (watch) => {
      let last: ((notice: StoreNotice) => void) | undefined;
      return (listener) => {
        last = listener;
        return watch((notice) => void (last === listener && listener(notice)));
      };
    },
  ],
  [
    'goes on telling who has left',
    every,
    (watch) => (listener) => {
      watch(listener);
      return () => undefined;
    },
  ],
  [
    'can be watched after close',
    closed,
    (watch, store) => {
      let isClosed = false;
      const { close } = store;
      store.close = () => {
        isClosed = true;
        return close.call(store);
      };
      return (listener) => (isClosed ? () => undefined : watch(listener));
    },
  ],
])('finds a store that %s', async (_, title, change) => {
  await expect(run(title, change)).rejects.toThrow();
});
