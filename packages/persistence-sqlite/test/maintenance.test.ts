import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processOwner } from '@weftline/persistence';
import type { Lease, Store, StoreFinding } from '@weftline/persistence';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadBinding } from '../src/binding/load-binding.ts';
import { Connection } from '../src/connection.ts';
import { sqliteStore } from '../src/index.ts';
import { buildChildProgram, startChild } from './child-process.ts';

// What the laws of maintenance cannot show: the size of the file, damage, and processes that are killed on the way.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let programDirectory: string;
let program: string;
let directory: string;
let path: string;

beforeAll(async () => {
  programDirectory = mkdtempSync(join(tmpdir(), 'weftline-child-'));
  program = await buildChildProgram(programDirectory);
});
afterAll(() => rmSync(programDirectory, { recursive: true, force: true }));
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'weftline-maintenance-'));
  path = join(directory, 'store.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const store = sqliteStore({ path });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function withFile(use: (connection: Connection) => void): Promise<void> {
  const connection = new Connection((await loadBinding()).open(path), path);
  try {
    connection.execute('PRAGMA foreign_keys = OFF');
    use(connection);
  } finally {
    connection.close();
  }
}

function maintenanceOf(store: Store): NonNullable<Store['maintenance']> {
  return store.maintenance ?? expect.fail('expected a store that can be maintained');
}

async function findings(store: Store): Promise<StoreFinding[]> {
  const found: StoreFinding[] = [];
  for await (const finding of maintenanceOf(store).check()) found.push(finding);
  return found;
}

/** 40 appends of 100 KB; the snapshot stands for all but the last. */
async function fill(store: Store): Promise<Lease> {
  const records = [Buffer.alloc(100_000, 'x')];
  const owner = processOwner();
  const lease = await store.create({ id: 'x', owner, workflow: 'w', status: 'running', createdAtMs: 0, records });
  for (let sequence = 2; sequence <= 40; sequence++) {
    const snapshot = sequence === 39 ? { snapshot: Buffer.from('39') } : {};
    await store.append([{ execution: 'x', epoch: 1, sequence, records, ...snapshot }]);
  }
  return lease;
}

describe('vacuum', () => {
  it('makes the file smaller where nobody owns anything', async () => {
    await withStore(async (store) => {
      await store.release(await fill(store));
      const report = await maintenanceOf(store).vacuum();
      expect(report).toMatchObject({ recordsDropped: 38, bytesReusable: 0 });
      expect(report.bytesBefore).toBeGreaterThan(3_900_000);
      expect(report.bytesAfter).toBeLessThan(400_000);
      expect(statSync(path).size).toBe(report.bytesAfter);
    });
  });

  it('keeps the pages for what comes where somebody lives, because they would have to wait', async () => {
    await withStore(async (store) => {
      await fill(store);
      const report = await maintenanceOf(store).vacuum();
      expect(report).toMatchObject({ recordsDropped: 38 });
      expect(report.bytesReusable).toBeGreaterThan(3_500_000);
      const records = [Buffer.alloc(3_000_000, 'y')];
      expect(await store.append([{ execution: 'x', epoch: 1, sequence: 41, records }])).toEqual([undefined]);
      await maintenanceOf(store).vacuum();
      expect(statSync(path).size).toBeLessThanOrEqual(report.bytesAfter);
    });
  });

  it('that is killed, again and again, leaves every acknowledged record or the snapshot for it', async () => {
    let acknowledged = 0;
    for (let round = 0; round < 8; round++) {
      const child = startChild([process.execPath, program, 'vacuum', path]);
      await child.next();
      await new Promise((resolve) => setTimeout(resolve, 20 + round * 37));
      for (const line of await child.kill()) acknowledged = Math.max(acknowledged, headIn(line));
      await withStore((store) => expectRecovered(store, acknowledged));
    }
    expect(acknowledged).toBeGreaterThan(100);
  });
});

function headIn(line: unknown): number {
  expect(line).not.toHaveProperty('error');
  return (line as { readonly head?: number }).head ?? 0;
}

async function expectRecovered(store: Store, acknowledged: number): Promise<void> {
  const summary = await store.get('x');
  expect(summary?.head).toBeGreaterThanOrEqual(acknowledged);
  const snapshot = await store.readSnapshot('x');
  const texts: string[] = [];
  for await (const chunk of store.read('x', { after: snapshot?.sequence ?? 0 })) {
    texts.push(...chunk.map(({ sequence, data }) => `${sequence}: ${new TextDecoder().decode(data)}`));
  }
  const from = snapshot?.sequence ?? 0;
  const count = (summary?.head ?? 0) - from;
  expect(texts).toEqual(Array.from({ length: count }, (_, place) => `${from + place + 1}: record ${from + place + 1}`));
  if (snapshot !== undefined) expect(new TextDecoder().decode(snapshot.data)).toBe(`snapshot ${snapshot.sequence}`);
  for await (const [first] of store.read('x')) {
    expect(new TextDecoder().decode(first?.data)).toBe('record 1');
    break;
  }
  expect((await findings(store)).filter(({ severity }) => severity === 'damage')).toEqual([]);
}

describe('check', () => {
  it.each<[string, string, object]>([
    [
      'a row that was changed',
      `UPDATE journal SET records = x'00112233445566778899aabbccddeeff00' WHERE sequence = 20`,
      { code: 'FORMAT_UNREADABLE', execution: 'x', sequence: 20, place: { table: 'journal' } },
    ],
    [
      'a byte that was flipped',
      `UPDATE journal SET records = CAST(substr(records, 1, 50) || 'z' || substr(records, 52) AS BLOB) WHERE sequence = 20`,
      { code: 'CHECKSUM_MISMATCH', execution: 'x', sequence: 20 },
    ],
    [
      'a row that is missing',
      'DELETE FROM journal WHERE sequence = 20',
      { code: 'SEQUENCE_BROKEN', execution: 'x', sequence: 20 },
    ],
    ['a last row that is missing', 'DELETE FROM journal WHERE sequence = 40', { code: 'HEAD_MISMATCH', sequence: 40 }],
    [
      'a row of a later owner than there was',
      'UPDATE executions SET epoch = 0',
      { code: 'EPOCH_BACKWARD', execution: 'x', sequence: 1 },
    ],
    [
      'a snapshot that was changed',
      `UPDATE snapshots SET snapshot = x'00'`,
      { code: 'SNAPSHOT_UNREADABLE', execution: 'x', sequence: 39, place: { table: 'snapshots' } },
    ],
    [
      'a snapshot of what never was',
      'UPDATE snapshots SET sequence = 99',
      { code: 'SNAPSHOT_MISPLACED', execution: 'x', sequence: 99 },
    ],
  ])('finds %s, and a dump goes on behind it', async (_, sql, expected) => {
    await withStore(fill);
    await withFile((connection) => connection.execute(sql));
    await withStore(async (store) => {
      const damage = (await findings(store)).filter(({ severity }) => severity === 'damage');
      expect(damage[0]).toMatchObject(expected);
      let records = 0;
      for await (const entry of maintenanceOf(store).dump()) {
        if (entry.kind === 'records') records += entry.records.length;
      }
      expect(records).toBeGreaterThanOrEqual(39);
    });
  });

  it('finds rows of executions that are not there', async () => {
    await withStore(fill);
    await withFile((connection) => connection.execute('DELETE FROM executions'));
    await withStore(async (store) => {
      const orphaned = (await findings(store)).filter(({ code }) => code === 'ORPHANED');
      expect(orphaned.map(({ place }) => place.table)).toEqual(['journal', 'snapshots']);
      expect(orphaned[0]?.bytes).toBeGreaterThan(4_000_000);
    });
  });

  it('does not drop records for a snapshot that is damaged', async () => {
    await withStore(fill);
    await withFile((connection) => connection.execute(`UPDATE snapshots SET snapshot = x'00'`));
    await withStore(async (store) => {
      const report = await maintenanceOf(store).vacuum();
      expect(report).toMatchObject({ recordsDropped: 0, kept: [{ execution: 'x', reason: 'snapshot-damaged' }] });
      let records = 0;
      for await (const chunk of store.read('x')) records += chunk.length;
      expect(records).toBe(40);
    });
  });
});
