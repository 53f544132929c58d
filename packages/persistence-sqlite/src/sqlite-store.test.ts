import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Append, NewExecution, Store, StoreError, StoreErrorCode } from '@weftline/persistence';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadBinding } from './binding/load-binding.ts';
import { sqliteStore } from './sqlite-store.ts';
import type { SqliteStoreOptions } from './sqlite-store.ts';
import { migrations } from './schema.ts';

// What a store does with its file: where it may be, what may be in it, how large it becomes.

// Each store starts a thread, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let directory: string;
let path: string;
const opened: Store[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'weftline-files-'));
  path = join(directory, 'store.db');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  rmSync(directory, { recursive: true, force: true });
});

function open(at: string = path): Store {
  const store = sqliteStore({ path: at });
  opened.push(store);
  return store;
}

function newExecution(id: string, records: readonly Uint8Array[] = []): NewExecution {
  const owner = { id: 'owner', host: hostname(), pid: process.pid };
  return { id, owner, workflow: 'w', status: 'running', createdAtMs: 0, records };
}

/** Bytes that look like no other ones. */
function noise(seed: number, length: number): Uint8Array {
  let state = seed + 1;
  return Uint8Array.from({ length }, () => (state = (state * 48_271) % 2_147_483_647) & 0xff);
}

function oneRecordEach(count: number, bytes: number, after: number = 0): Append[] {
  return Array.from({ length: count }, (_, place) => {
    const sequence = after + place + 1;
    return { execution: 'x', epoch: 1, sequence, records: [noise(sequence, bytes)] };
  });
}

async function readAll(store: Store, after: number = 0, id: string = 'x'): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of store.read(id, { after })) all.push(...chunk.map((record) => record.data));
  return all;
}

/** Looks into the file, or changes it, behind the back of any store. */
async function execute(sql: string): Promise<unknown[]> {
  const database = (await loadBinding()).open(path);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

async function expectCode(promise: Promise<unknown>, code: StoreErrorCode, text: string = path): Promise<void> {
  const message = expect.stringContaining(text) as string;
  await expect(promise).rejects.toMatchObject({ name: 'StoreError', code, message });
}

function codeOf(outcome: PromiseSettledResult<unknown>): unknown {
  return outcome.status === 'rejected' ? (outcome.reason as StoreError).code : 'fulfilled';
}

describe('the options', () => {
  it('are checked at once', () => {
    const wrong: unknown[] = [
      ...[{ path: '' }, { path: ':memory:' }, { path: 'a\0b' }, { path: 7 }, {}],
      ...[-1, 0.5, Number.NaN, '30', Number.POSITIVE_INFINITY, 2 ** 31].map((leaseMs) => ({ path, leaseMs })),
      { path, nowMs: 5 },
    ];
    for (const options of wrong) {
      expect(() => sqliteStore(options as SqliteStoreOptions)).toThrow(
        expect.objectContaining({ code: 'STORE_INVALID_ARGUMENT' }),
      );
    }
    expect(existsSync(path)).toBe(false);
  });

  it('give a clock that must be one', async () => {
    const store = sqliteStore({ path, nowMs: () => Number.NaN });
    opened.push(store);
    await expectCode(store.create(newExecution('x')), 'STORE_INVALID_ARGUMENT', 'nowMs');
  });

  it('give the capabilities', () => {
    expect(open().capabilities).toEqual({
      ...{ name: 'sqlite', durable: true, durableOnResolve: true, multiProcess: true, leaseMs: 30_000 },
      maintenance: true,
    });
    expect(sqliteStore({ path, leaseMs: 0 }).capabilities.leaseMs).toBe(0);
  });
});

describe('the place of the file', () => {
  it('is made when it is missing, with the way to it', async () => {
    const deep = join(directory, 'a', "b'c %20 ?x=1#y", 'ü', 'store.db');
    await open(deep).create(newExecution('x'));
    expect(existsSync(deep)).toBe(true);
  });

  it('that cannot be a file is refused with its path', async () => {
    mkdirSync(path);
    await expectCode(open().list(), 'STORE_UNAVAILABLE');
    writeFileSync(join(directory, 'file'), '');
    await expectCode(open(join(directory, 'file', 'store.db')).list(), 'STORE_UNAVAILABLE', join(directory, 'file'));
    await expectCode(open(join(directory, 'x'.repeat(300))).list(), 'STORE_UNAVAILABLE', 'xxx');
  });

  it.skipIf(process.platform !== 'linux')('is refused where a file system makes no new directories', async () => {
    await expectCode(open('/proc/no-such/store.db').list(), 'STORE_UNAVAILABLE', 'no-such');
  });

  it('is tried again with every call until it can be used', async () => {
    mkdirSync(path);
    const store = open();
    await expectCode(store.create(newExecution('x')), 'STORE_UNAVAILABLE');
    await expectCode(store.list(), 'STORE_UNAVAILABLE');
    rmdirSync(path);
    expect(await store.create(newExecution('x'))).toMatchObject({ epoch: 1 });
  });

  // Root may write everywhere, so there is nothing to see for it; a read-only file system is in faults.test.ts.
  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('must be writable', async () => {
    await open().create(newExecution('x'));
    await opened.splice(0)[0]?.close();
    chmodSync(path, 0o444);
    await expectCode(open().list(), 'STORE_UNAVAILABLE');
    chmodSync(path, 0o644);
    chmodSync(directory, 0o555);
    await expectCode(open(join(directory, 'other.db')).list(), 'STORE_UNAVAILABLE', 'other.db');
    chmodSync(directory, 0o755);
  });
});

describe('a file that is something else', () => {
  it('is refused as it is, when it is no database', async () => {
    const contents = Buffer.from('this is not a database, only a long enough text. '.repeat(100));
    writeFileSync(path, contents);
    await expectCode(open().list(), 'STORE_CORRUPT');
    await expectCode(open().create(newExecution('x')), 'STORE_CORRUPT');
    expect(readFileSync(path)).toEqual(contents);
  });

  it('is refused as it is, when it is the database of another application', async () => {
    await execute('CREATE TABLE notes (x)');
    const contents = readFileSync(path);
    await expectCode(open().create(newExecution('x')), 'STORE_CORRUPT', `${path} is not a Weftline store`);
    expect(readFileSync(path)).toEqual(contents);
  });

  it('is refused when a newer release wrote it', async () => {
    await open().create(newExecution('x'));
    await opened.splice(0)[0]?.close();
    await execute(`PRAGMA user_version = ${migrations.length + 1}`);
    await expectCode(open().list(), 'STORE_UNAVAILABLE', 'newer release');
  });

  it('is taken when it is empty', async () => {
    writeFileSync(path, '');
    await open().create(newExecution('x'));
  });
});

describe('a file that was damaged', () => {
  let whole: Buffer;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'weftline-files-'));
    const store = sqliteStore({ path: join(folder, 'store.db') });
    await store.create(newExecution('x'));
    for (let after = 0; after < 300; after += 100) await store.append(oneRecordEach(100, 600, after));
    await store.close();
    whole = readFileSync(join(folder, 'store.db'));
    rmSync(folder, { recursive: true });
  });

  async function damage(change: () => Promise<unknown> | void): Promise<Store> {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    writeFileSync(path, whole);
    await change();
    return open();
  }

  it('is found out by SQLite when pages are missing or overwritten', async () => {
    const cut = await damage(() => truncateSync(path, statSync(path).size - 50_000));
    await expectCode(readAll(cut), 'STORE_CORRUPT');
  });

  it('is found out by the checksum when a byte of a record changed', async () => {
    const sql =
      "UPDATE journal SET records = CAST(substr(records, 1, 5000) || x'5a' || substr(records, 5002) AS BLOB) WHERE sequence = 101";
    const store = await damage(() => execute(sql));
    await expectCode(readAll(store), 'STORE_CORRUPT', 'checksum');
    expect(await readAll(store, 200)).toHaveLength(100);
  });

  it('is found out by the numbering when a row is gone, exchanged or of another kind', async () => {
    const changes = [
      'DELETE FROM journal WHERE sequence = 101',
      'DELETE FROM journal WHERE sequence = 1',
      'DELETE FROM journal',
      'UPDATE journal SET sequence = 151 WHERE sequence = 101',
      'UPDATE journal SET last = 201 WHERE sequence = 101',
      "UPDATE journal SET records = 'text' WHERE sequence = 101",
      'UPDATE journal SET records = 5 WHERE sequence = 101',
      "UPDATE journal SET records = x'' WHERE sequence = 101",
      'UPDATE executions SET head = 400',
    ];
    for (const change of changes) {
      await expectCode(readAll(await damage(() => execute(change))), 'STORE_CORRUPT', 'execution');
    }
  });

  it('is found out when a table is missing', async () => {
    const store = await damage(() => execute('DROP TABLE journal'));
    await expectCode(readAll(store), 'STORE_CORRUPT');
  });
});

describe('what is written', () => {
  it('is one row for all appends of one call to one execution', async () => {
    const store = open();
    await store.create(newExecution('x'));
    await store.append(oneRecordEach(1_000, 600));
    expect(await execute('SELECT sequence, last FROM journal')).toEqual([
      expect.objectContaining({ sequence: 1, last: 1_000 }),
    ]);
  });

  it('leaves out what was refused, and only that', async () => {
    const store = open();
    await store.create(newExecution('x'));
    const appends = oneRecordEach(9, 20).map((append, place) => (place % 3 === 1 ? { ...append, epoch: 9 } : append));
    const chained = appends.map((append, place) => ({ ...append, sequence: append.sequence - Math.ceil(place / 3) }));
    const outcomes = await store.append(chained);
    expect(outcomes.map((outcome) => outcome?.code ?? 'taken')).toEqual(
      Array.from({ length: 9 }, (_, place) => (place % 3 === 1 ? 'STORE_CONFLICT' : 'taken')),
    );
    const kept = chained.filter((append) => append.epoch === 1).map((append) => append.records[0]);
    expect(await readAll(store)).toEqual(kept);
  });

  it('takes hardly more room than the records: less than 1.3 times, with 1,000 of 600 bytes in a call', async () => {
    const store = open();
    await store.create(newExecution('x'));
    for (let after = 0; after < 10_000; after += 1_000) await store.append(oneRecordEach(1_000, 600, after));
    await store.close();
    expect(statSync(path).size).toBeLessThan(1.3 * 10_000 * 600);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it('does not change when the caller uses its buffer again', async () => {
    const store = open();
    await store.create(newExecution('x'));
    const buffer = new Uint8Array([1, 2, 3]);
    const appending = store.append([{ execution: 'x', epoch: 1, sequence: 1, records: [buffer] }]);
    buffer.fill(9);
    await appending;
    expect(await readAll(store)).toEqual([Uint8Array.of(1, 2, 3)]);
  });
});

describe('a lease without end', () => {
  it('does not end either for a process whose own leases do', async () => {
    const [forever, timed] = [sqliteStore({ path, leaseMs: 0 }), sqliteStore({ path, nowMs: () => 8e15 })];
    opened.push(forever, timed);
    const distant = { id: 'distant', host: 'elsewhere.invalid', pid: 1 };
    await forever.create({ ...newExecution('x'), owner: distant });
    await expectCode(timed.claim('x', newExecution('x').owner), 'STORE_HELD', 'elsewhere.invalid');
    expect((await timed.get('x'))?.owner).toEqual(distant);
  });
});

describe('arguments of a wrong type', () => {
  it('reject alone and leave the store as it was', async () => {
    const store = open();
    await store.create(newExecution('x'));
    const { owner } = newExecution('x');
    for (const wrong of [null, 5, 5n, {}, ['x'], Symbol('x'), () => 'x'] as unknown as string[]) {
      const calls = [
        store.get(wrong),
        readAll(store, 0, wrong),
        store.claim(wrong, owner),
        store.release({ execution: wrong, owner: 'owner', epoch: 1, head: 0 }),
        store.request({ execution: wrong, kind: 'pause' }),
        store.create(newExecution(wrong)),
        store.append([{ execution: wrong, epoch: 1, sequence: 1, records: [] }]),
        store.heartbeat({ ...owner, id: wrong }),
        store.list({ statuses: [wrong] }),
        store.list({ workflow: wrong }),
        store.list({ cursor: wrong }),
      ];
      const codes = (await Promise.allSettled(calls)).map(codeOf);
      expect(codes).toEqual(calls.map(() => 'STORE_INVALID_ARGUMENT'));
    }
    for (const records of [[5], ['text'], [new ArrayBuffer(2)], [null]] as unknown as Uint8Array[][]) {
      await expectCode(
        store.append([{ execution: 'x', epoch: 1, sequence: 1, records }]),
        'STORE_INVALID_ARGUMENT',
        '',
      );
    }
    expect(await store.get('x')).toMatchObject({ head: 0, epoch: 1, owner });
  });
});

describe('closing', () => {
  it('with appends under way lets them through, and none that comes later', async () => {
    const store = open();
    const created = store.create(newExecution('x'));
    const appends = oneRecordEach(50, 600).map((append) => store.append([append]));
    const closing = store.close();
    await expectCode(store.append(oneRecordEach(1, 600, 50)), 'STORE_CLOSED');
    await Promise.all([created, closing]);
    expect((await Promise.all(appends)).flat()).toEqual(Array<undefined>(50).fill(undefined));
    expect(await readAll(open())).toHaveLength(50);
  });

  it('after the file could not be opened, or while it cannot, is done at once', async () => {
    writeFileSync(path, 'x'.repeat(5_000));
    const [store, other] = [open(), open()];
    await expectCode(store.list(), 'STORE_CORRUPT');
    await store.close();
    const listing = other.list();
    await Promise.all([expectCode(listing, 'STORE_CORRUPT'), other.close()]);
  });
});
