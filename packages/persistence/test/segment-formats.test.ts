import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bytes, expectSameRecords, readAll, readTexts } from '../src/conformance/harness.ts';
import { segmentFileStore } from '../src/segment-file-store.ts';

// What earlier releases wrote is read by every later one; the fixtures are never written again.

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'weftline-format-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('reads segments of format 1', async () => {
  cpSync(fileURLToPath(new URL('./fixtures/segment-format-1', import.meta.url)), directory, { recursive: true });
  const store = segmentFileStore({ directory, nowMs: () => 1_700_000_000_001 });
  expect((await store.list()).executions).toEqual([
    {
      ...{ id: 'second', workflow: 'other', status: 'succeeded', createdAtMs: 1_600_000_000_002 },
      ...{ updatedAtMs: 1_600_000_000_002, finishedAtMs: 1_600_000_000_003, head: 1, epoch: 1 },
      owner: { id: 'owner-1', host: 'host-1', pid: 1 },
    },
    {
      ...{ id: 'first/🧵', workflow: 'order-report', status: 'paused', createdAtMs: 1_600_000_000_000 },
      ...{ updatedAtMs: 1_600_000_000_001, head: 5, epoch: 2, owner: { id: 'owner-2', host: 'host-2', pid: 2 } },
    },
  ]);
  const expected = [bytes('one'), bytes(''), bytes('three'), Buffer.alloc(2_000, 4), Buffer.alloc(2_500, 5)];
  expectSameRecords(await readAll(store, 'first/🧵'), expected);
  expect(await readTexts(store, 'second')).toEqual(['end']);
  expect(await store.heartbeat({ id: 'owner-2', host: 'host-2', pid: 2 })).toEqual([
    { execution: 'first/🧵', kind: 'cancel', reason: 'late', immediate: true },
  ]);
  await store.close();
});
