import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { livingOwner, newExecution, readTexts, summaryOf } from '../src/conformance/harness.ts';
import { segmentFileStore } from '../src/segment-file-store.ts';
import type { Append, Store } from '../src/store.ts';
import { simulatedDirectory as directory, SimulatedFileSystem } from './simulated-file-system.ts';

// Every law and every byte takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const segmentPath = join(directory, '00000001.segment');
const headerBytes = 48;

function openStore(fileSystem: SimulatedFileSystem): Store {
  return segmentFileStore({ directory, fileSystem, nowMs: () => 1_000_000 });
}

/** A journal of one segment, and where each of its writes ends. */
interface Journal {
  readonly content: Buffer;
  readonly ends: readonly number[];
}

async function writeJournal(): Promise<Journal> {
  const fileSystem = new SimulatedFileSystem();
  const store = openStore(fileSystem);
  const ends: number[] = [];
  const mark = (): void => void ends.push(fileSystem.contentOf(segmentPath)?.length ?? 0);
  await store.create(newExecution('x', { owner: livingOwner('owner-a') }));
  mark();
  for (let sequence = 1; sequence <= 4; sequence++) {
    const records = [Buffer.from(`record ${sequence}`)];
    const snapshot = Buffer.from(`snapshot ${sequence}`);
    await store.append([{ execution: 'x', epoch: 1, sequence, records, ...(sequence % 2 === 0 ? { snapshot } : {}) }]);
    mark();
  }
  await store.close();
  return { content: fileSystem.contentOf(segmentPath) ?? Buffer.alloc(0), ends };
}

async function openWith(content: Buffer): Promise<{ store: Store; fileSystem: SimulatedFileSystem }> {
  const fileSystem = new SimulatedFileSystem();
  await fileSystem.createDirectory(directory);
  fileSystem.replaceContent(segmentPath, content);
  return { store: openStore(fileSystem), fileSystem };
}

/** Expects records 1 to `count`, and that the journal goes on from there and is whole afterwards. */
async function expectRecords(content: Buffer, count: number): Promise<void> {
  const { store, fileSystem } = await openWith(content);
  const expected = Array.from({ length: count }, (_, place) => `record ${place + 1}`);
  expect(await readTexts(store, 'x')).toEqual(expected);
  // Every second append of the journal has a snapshot.
  const snapshotAt = Math.min(4, count - (count % 2));
  const snapshot = snapshotAt === 0 ? undefined : { sequence: snapshotAt, data: Buffer.from(`snapshot ${snapshotAt}`) };
  expect(await store.readSnapshot('x')).toEqual(snapshot);
  const { status } = await summaryOf(store, 'x');
  const next = { execution: 'x', epoch: 1, sequence: count + 1, records: [Buffer.from('next')] };
  expect(await store.append([next])).toEqual([undefined]);
  await store.close();
  const again = openStore(fileSystem);
  expect(await readTexts(again, 'x')).toEqual([...expected, 'next']);
  expect(await again.readSnapshot('x')).toEqual(snapshot);
  expect(await summaryOf(again, 'x')).toMatchObject({ status });
  await again.close();
}

async function expectCorrupt(content: Buffer, at: number): Promise<void> {
  const { store } = await openWith(content);
  const error: unknown = await store.list().catch((cause: unknown) => cause);
  expect(error).toMatchObject({ name: 'StoreError', code: 'STORE_CORRUPT' });
  const [, path, offset] = /^(\S+), offset (\d+): /.exec((error as Error).message) ?? [];
  expect(path).toBe(segmentPath);
  expect(Number(offset)).toBeLessThanOrEqual(at);
  await store.close();
}

function flipped(content: Buffer, offset: number, bit: number): Buffer {
  const copy = Buffer.from(content);
  copy.writeUInt8(copy.readUInt8(offset) ^ (1 << bit), offset);
  return copy;
}

describe('segmentFileStore and damage', () => {
  let journal: Journal;
  let [lastStart, end] = [0, 0];

  beforeAll(async () => {
    journal = await writeJournal();
    [lastStart, end] = [journal.ends.at(-2) ?? 0, journal.content.length];
  });

  it('opens an undamaged journal whole', async () => {
    await expectRecords(journal.content, 4);
  });

  it('cuts off the last record when the file ends at any of its bytes', async () => {
    for (let size = lastStart; size < end; size++) await expectRecords(journal.content.subarray(0, size), 3);
  });

  it('cuts off the last record when any of its bits is flipped', async () => {
    for (let offset = lastStart; offset < end; offset++) {
      for (let bit = 0; bit < 8; bit++) await expectRecords(flipped(journal.content, offset, bit), 3);
    }
  });

  it('cuts off the last record when it is zero from any of its bytes on', async () => {
    for (let offset = lastStart; offset < end; offset++) {
      const zeroed = Buffer.from(journal.content).fill(0, offset);
      // A zero that was a zero before is no damage.
      await expectRecords(zeroed, zeroed.equals(journal.content) ? 4 : 3);
    }
  });

  it('cuts off zeros and any other bytes behind the last record', async () => {
    const repeated = journal.content.subarray(journal.ends[0]);
    for (const length of [1, 39, 40, 41, 4_096]) {
      await expectRecords(Buffer.concat([journal.content, Buffer.alloc(length)]), 4);
      await expectRecords(Buffer.concat([journal.content, Buffer.alloc(length, 0xb7)]), 4);
    }
    await expectRecords(Buffer.concat([journal.content, repeated]), 4);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (garbage) =>
        expectRecords(Buffer.concat([journal.content, garbage]), 4),
      ),
      { numRuns: 50 },
    );
  });

  it('cuts the file itself, so that nothing stays behind the last record', async () => {
    const { store, fileSystem } = await openWith(Buffer.concat([journal.content, Buffer.alloc(100, 0xb7)]));
    await store.list();
    expect(fileSystem.contentOf(segmentPath)?.equals(journal.content)).toBe(true);
    await store.close();
  });

  it('keeps whole appends of a write that was cut short, nothing of the others, and goes on from there', async () => {
    const { store, fileSystem } = await openWith(journal.content);
    const appendOf = (sequence: number): Append => ({
      ...{ execution: 'x', epoch: 1, sequence, summary: { status: `at ${sequence}` } },
      records: [Buffer.from(`record ${sequence}`)],
    });
    await store.append([appendOf(5), appendOf(6)]);
    await store.close();
    const content = fileSystem.contentOf(segmentPath) ?? Buffer.alloc(0);
    for (let size = end; size <= content.length; size++) {
      const cut = await openWith(content.subarray(0, size));
      const { head = 0, status } = (await cut.store.get('x')) ?? {};
      expect(status).toBe(head === 4 ? 'running' : `at ${head}`);
      // Two equal halves: each append is whole or not there.
      expect(head).toBe(4 + Math.floor((2 * (size - end)) / (content.length - end)));
      await cut.store.close();
      await expectRecords(content.subarray(0, size), head);
    }
  });

  it('refuses to open when any bit before the last record is flipped, and names the place', async () => {
    for (let offset = 0; offset < lastStart; offset++) {
      // Two bytes of the segment's header hold the format's version, which has an error of its own.
      if (offset === 8 || offset === 9) continue;
      await expectCorrupt(flipped(journal.content, offset, offset % 8), offset);
    }
  });

  it('refuses to open when bytes are missing before the last record', async () => {
    for (let offset = headerBytes; offset + 3 <= lastStart; offset += 3) {
      const holed = Buffer.concat([journal.content.subarray(0, offset), journal.content.subarray(offset + 3)]);
      await expectCorrupt(holed, offset);
    }
  });

  it('starts over when the only segment was cut short while it was being made', async () => {
    for (const content of [
      Buffer.alloc(0),
      journal.content.subarray(0, 20),
      Buffer.alloc(headerBytes),
      Buffer.alloc(9_000),
    ]) {
      const { store } = await openWith(content);
      expect(await store.list()).toEqual({ executions: [] });
      await store.create(newExecution('x'));
      await store.close();
    }
  });

  it('refuses what a later release wrote, and says so', async () => {
    const later = Buffer.from(journal.content);
    later.writeUInt16LE(4, 8);
    const { store } = await openWith(later);
    const message = `${segmentPath}: expected format 3, got 4; a later release of Weftline wrote it`;
    await expect(store.list()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', message });
  });

  it('does not take frames of another segment for its own', async () => {
    const other = await writeJournal();
    const start = journal.ends[3] ?? 0;
    await expectRecords(Buffer.concat([journal.content.subarray(0, start), other.content.subarray(start)]), 3);
  });
});

describe('segmentFileStore and its segments', () => {
  async function writeSegments(): Promise<SimulatedFileSystem> {
    const fileSystem = new SimulatedFileSystem();
    const store = segmentFileStore({ directory, fileSystem, segmentBytesMax: 4_096, nowMs: () => 0 });
    await store.create(newExecution('x'));
    for (let sequence = 1; sequence <= 12; sequence++) {
      await store.append([{ execution: 'x', epoch: 1, sequence, records: [Buffer.alloc(1_000)] }]);
    }
    await store.close();
    return fileSystem;
  }

  const [first, second, last] = [1, 2, 4].map((number) => join(directory, `0000000${number}.segment`)) as [
    ...[string, string, string],
  ];

  it('refuses to open when a segment is missing', async () => {
    for (const missing of [first, second]) {
      const fileSystem = await writeSegments();
      fileSystem.forget(missing);
      const store = openStore(fileSystem);
      const message = expect.stringContaining(missing) as string;
      await expect(store.list()).rejects.toMatchObject({ code: 'STORE_CORRUPT', message });
    }
  });

  it('refuses to open when a segment that is not the last was shortened, even between two frames', async () => {
    const fileSystem = await writeSegments();
    const content = fileSystem.contentOf(second) ?? Buffer.alloc(0);
    const message = expect.stringContaining(second) as string;
    for (const size of [headerBytes, headerBytes + 1_044, content.length - 1]) {
      fileSystem.replaceContent(second, content.subarray(0, size));
      await expect(openStore(fileSystem).list()).rejects.toMatchObject({ code: 'STORE_CORRUPT', message });
    }
  });

  it('ignores what was written to a segment after the next one was begun', async () => {
    const fileSystem = await writeSegments();
    const content = fileSystem.contentOf(second) ?? Buffer.alloc(0);
    fileSystem.replaceContent(second, Buffer.concat([content, content.subarray(headerBytes)]));
    const store = openStore(fileSystem);
    expect(await readTexts(store, 'x')).toHaveLength(12);
    await store.close();
  });

  it('removes a last segment that was cut short while it was being made', async () => {
    const fileSystem = await writeSegments();
    fileSystem.replaceContent(join(directory, '00000005.segment'), Buffer.alloc(10));
    const store = openStore(fileSystem);
    expect(await readTexts(store, 'x')).toHaveLength(12);
    expect(await store.append([{ execution: 'x', epoch: 1, sequence: 13, records: [Buffer.alloc(4_000)] }])).toEqual([
      undefined,
    ]);
    await store.close();
    expect(fileSystem.contentOf(last)).toBeDefined();
    const again = openStore(fileSystem);
    expect(await readTexts(again, 'x')).toHaveLength(13);
    await again.close();
  });

  it('leaves other files in the directory alone', async () => {
    const fileSystem = await writeSegments();
    for (const name of ['notes.txt', '1.segment', '00000001.segment.bak', 'x00000009.segment']) {
      fileSystem.replaceContent(join(directory, name), Buffer.from('mine'));
    }
    const store = openStore(fileSystem);
    expect(await readTexts(store, 'x')).toHaveLength(12);
    await store.close();
    expect(fileSystem.contentOf(join(directory, '1.segment'))?.toString()).toBe('mine');
  });

  it('reports damage that appeared while it was open', async () => {
    const fileSystem = await writeSegments();
    const store = openStore(fileSystem);
    await store.list();
    fileSystem.replaceContent(second, flipped(fileSystem.contentOf(second) ?? Buffer.alloc(0), 500, 0));
    const message = expect.stringContaining(second) as string;
    await expect(readTexts(store, 'x')).rejects.toMatchObject({ code: 'STORE_CORRUPT', message });
    await store.close();
  });
});
