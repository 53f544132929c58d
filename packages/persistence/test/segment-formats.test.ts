import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bytes, expectCode, expectSameRecords, newExecution, readAll, readTexts } from '../src/conformance/harness.ts';
import { segmentFileStore } from '../src/segment-file-store.ts';

// What earlier releases wrote is read by every later one; the fixtures are never written again.

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'weftline-format-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function takeFixture(name: string): void {
  cpSync(fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url)), directory, { recursive: true });
}

it('reads segments of format 1', async () => {
  takeFixture('segment-format-1');
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

it('adds a segment of its own to segments of format 1, and reads both', async () => {
  takeFixture('segment-format-1');
  const store = segmentFileStore({ directory, nowMs: () => 1_700_000_000_001 });
  const snapshot = bytes('all six');
  const append = { execution: 'first/🧵', epoch: 2, sequence: 6, records: [bytes('six')], snapshot };
  expect(await store.append([append])).toEqual([undefined]);
  await store.close();
  expect(readdirSync(directory).sort()).toEqual(['00000001.segment', '00000002.segment', '00000003.segment']);
  const again = segmentFileStore({ directory, nowMs: () => 1_700_000_000_001 });
  expect((await readAll(again, 'first/🧵')).length).toBe(6);
  expect(await again.readSnapshot('first/🧵')).toEqual({ sequence: 6, data: Buffer.from('all six') });
  expect(await again.readSnapshot('second')).toBeUndefined();
  await again.close();
});

it('reads segments of format 2', async () => {
  takeFixture('segment-format-2');
  const store = segmentFileStore({ directory, nowMs: () => 1_700_000_000_001 });
  expect((await store.list()).executions).toEqual([
    {
      ...{ id: 'only', workflow: 'order-report', status: 'running', createdAtMs: 1_600_000_000_000 },
      ...{ updatedAtMs: 1_600_000_000_001, head: 3, epoch: 1, owner: { id: 'owner-1', host: 'host-1', pid: 1 } },
    },
  ]);
  expect(await readTexts(store, 'only')).toEqual(['one', 'two', 'three']);
  expect(await store.readSnapshot('only')).toEqual({ sequence: 2, data: Buffer.from('one and two') });
  await store.close();
});

it('reads segments of format 3, which were compacted', async () => {
  takeFixture('segment-format-3');
  const store = segmentFileStore({ directory, nowMs: () => 1_700_000_000_001 });
  expect((await store.list()).executions).toEqual([
    {
      ...{ id: 'long', workflow: 'order-report', status: 'running', createdAtMs: 1_600_000_000_000 },
      ...{ updatedAtMs: 1_600_000_000_009, head: 9, epoch: 1, owner: { id: 'owner-1', host: 'host-1', pid: 1 } },
    },
  ]);
  expect(await store.readSnapshot('long')).toEqual({ sequence: 7, data: Buffer.from('one to seven') });
  expect(await readTexts(store, 'long', 7)).toEqual(['record 8', 'record 9']);
  await expectCode(readAll(store, 'long'), 'STORE_COMPACTED');
  await store.create(newExecution('ended', { records: [bytes('new')] }));
  expect(await readTexts(store, 'ended')).toEqual(['new']);
  await store.close();
});
