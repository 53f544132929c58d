import { expect } from 'vitest';
import type { ListQuery, Store } from '../store.ts';
import { appendTaken, expectCode, newExecution } from './harness.ts';
import type { Laws } from './harness.ts';

/** What holds for listing executions. */
export const listingLaws: Laws = {
  'an empty store lists nothing': async ({ store }) => {
    expect(await store.list()).toEqual({ executions: [] });
    expect(await store.list({ unfinished: true, workflow: 'a', statuses: ['b'], limit: 1 })).toEqual({
      executions: [],
    });
  },
  'lists newest first, and of one moment the one that was registered later': async ({ store }) => {
    const times = [5, 3, 9, 3, -1, 9, 0];
    for (const [place, createdAtMs] of times.entries()) await store.create(newExecution(`${place}`, { createdAtMs }));
    expect(await listIds(store)).toEqual(['5', '2', '0', '3', '1', '6', '4']);
  },
  'lists summaries as get answers them': async ({ store }) => {
    await fill(store, 5);
    for (const summary of (await store.list()).executions) expect(await store.get(summary.id)).toEqual(summary);
  },
  'pages through everything exactly once, at every page size': async ({ store }) => {
    await fill(store, 13);
    const all = await listIds(store);
    expect(all).toHaveLength(13);
    for (const limit of [1, 2, 5, 12, 13, 14, 1_000]) {
      expect((await listPages(store, { limit })).flat()).toEqual(all);
    }
  },
  'the last page has no cursor, also when it is full': async ({ store }) => {
    await fill(store, 4);
    expect(await listPages(store, { limit: 2 })).toHaveLength(2);
    expect((await store.list({ limit: 4 })).cursor).toBeUndefined();
    expect((await store.list({ limit: 3 })).cursor).toBeTypeOf('string');
  },
  'gives 50 when no limit is named': async ({ store }) => {
    await fill(store, 60);
    expect((await store.list()).executions).toHaveLength(50);
  },
  'pages are not disturbed by what is registered meanwhile': async ({ store }) => {
    await fill(store, 6);
    const all = await listIds(store);
    const first = await store.list({ limit: 3 });
    await store.create(newExecution('newer', { createdAtMs: 2_000_000_000_000 }));
    await store.create(newExecution('older', { createdAtMs: 1 }));
    const rest = await store.list({ limit: 10, ...cursorOf(first.cursor) });
    const ids = [...first.executions, ...rest.executions].map((summary) => summary.id);
    expect(ids.filter((id) => id !== 'older')).toEqual(all);
  },
  'filters by status, workflow and end, alone and together, over pages': async ({ store }) => {
    await fill(store, 24);
    const queries: ListQuery[] = [
      ...[{ statuses: ['running'] }, { statuses: ['succeeded', 'failed'] }, { statuses: [] }, { statuses: ['x'] }],
      ...[{ unfinished: true }, { unfinished: false }, { workflow: 'workflow-1' }, { workflow: 'none' }],
      { workflow: 'workflow-0', unfinished: true, statuses: ['running', 'failed'] },
    ];
    const everything = (await store.list({ limit: 1_000 })).executions;
    for (const query of queries) {
      const expected = everything
        .filter((summary) => query.statuses === undefined || query.statuses.includes(summary.status))
        .filter((summary) => query.unfinished !== true || summary.finishedAtMs === undefined)
        .filter((summary) => query.workflow === undefined || summary.workflow === query.workflow)
        .map((summary) => summary.id);
      expect(await listIds(store, query)).toEqual(expected);
      expect((await listPages(store, { ...query, limit: 3 })).flat()).toEqual(expected);
    }
  },
  'refuses limits out of range and cursors from elsewhere': async ({ store }) => {
    await fill(store, 2);
    for (const limit of [0, -1, 1.5, 1_001, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expectCode(store.list({ limit }), 'STORE_INVALID_ARGUMENT');
    }
    for (const cursor of ['', 'nonsense', "'; --", '1', '1.2.3', '../..']) {
      await expectCode(store.list({ cursor }), 'STORE_INVALID_ARGUMENT');
    }
  },
};

/** Executions that differ in time, workflow, status and end. */
async function fill(store: Store, count: number): Promise<void> {
  for (let place = 0; place < count; place++) {
    const [id, workflow] = [`execution-${place}`, `workflow-${place % 2}`];
    await store.create(newExecution(id, { workflow, createdAtMs: 1_000_000 + ((place * 7) % 5) }));
    if (place % 3 === 0) continue;
    const summary = { status: place % 3 === 1 ? 'succeeded' : 'failed', finishedAtMs: 2_000_000 };
    await appendTaken(store, { execution: id, epoch: 1, sequence: 1, records: [], summary });
  }
}

async function listIds(store: Store, query: ListQuery = {}): Promise<string[]> {
  return (await store.list({ limit: 1_000, ...query })).executions.map((summary) => summary.id);
}

async function listPages(store: Store, query: ListQuery): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ ...query, ...cursorOf(cursor) });
    pages.push(page.executions.map((summary) => summary.id));
    cursor = page.cursor;
    if (pages.length > 100) expect.fail('pages do not come to an end');
  } while (cursor !== undefined);
  return pages;
}

function cursorOf(cursor: string | undefined): { readonly cursor?: string } {
  return cursor === undefined ? {} : { cursor };
}
