import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectCode, livingOwner, newExecution, readTexts } from '../src/conformance/harness.ts';
import type { DumpEntry, StoreFinding } from '../src/maintenance/maintenance.ts';
import { segmentFileStore } from '../src/segment-file-store.ts';
import type { Store } from '../src/store.ts';
import { simulatedDirectory as directory, SimulatedFileSystem } from './simulated-file-system.ts';

// What a check finds in files that were damaged, and what a dump still reads of them.

function openStore(fileSystem: SimulatedFileSystem): Store {
  const options = { directory, fileSystem, segmentBytesMax: 4_096, nowMs: () => 1_000_000 };
  return segmentFileStore({ ...options, compacts: false });
}

function segment(number: number): string {
  return join(directory, `${String(number).padStart(8, '0')}.segment`);
}

/** 20 records of 600 bytes over several segments, with a snapshot of the first ten. */
async function filled(): Promise<SimulatedFileSystem> {
  const fileSystem = new SimulatedFileSystem();
  const store = openStore(fileSystem);
  await store.create(newExecution('x', { owner: livingOwner('owner-a') }));
  for (let sequence = 1; sequence <= 20; sequence++) {
    const records = [Buffer.alloc(600, `record-${sequence} `)];
    const snapshot = sequence === 10 ? { snapshot: Buffer.from('ten') } : {};
    await store.append([{ execution: 'x', epoch: 1, sequence, records, ...snapshot }]);
  }
  await store.close();
  return fileSystem;
}

async function look(fileSystem: SimulatedFileSystem): Promise<{ findings: StoreFinding[]; entries: DumpEntry[] }> {
  const store = openStore(fileSystem);
  const findings: StoreFinding[] = [];
  const entries: DumpEntry[] = [];
  for await (const finding of store.maintenance?.check() ?? []) findings.push(finding);
  for await (const entry of store.maintenance?.dump() ?? []) entries.push(entry);
  await store.close();
  return { findings: findings.filter(({ code }) => code !== 'RECLAIMABLE'), entries };
}

function sequencesIn(entries: readonly DumpEntry[]): number[] {
  return entries.flatMap((entry) => (entry.kind === 'records' ? entry.records.map(({ sequence }) => sequence) : []));
}

function contentOf(fileSystem: SimulatedFileSystem, number: number): Buffer {
  return fileSystem.contentOf(segment(number)) ?? expect.fail(`expected segment ${number}`);
}

describe('a check of segment files', () => {
  it('opens nothing for writing and leaves every byte as it is, lock included', async () => {
    const fileSystem = await filled();
    const before = [1, 2, 3, 4].map((number) => contentOf(fileSystem, number));
    fileSystem.calls.length = 0;
    expect((await look(fileSystem)).findings).toEqual([]);
    const names = new Set(fileSystem.calls.map(({ name }) => name));
    for (const name of ['write', 'truncate', 'sync', 'rename', 'remove', 'link', 'syncDirectory'] as const) {
      expect(names).not.toContain(name);
    }
    expect([1, 2, 3, 4].map((number) => contentOf(fileSystem, number))).toEqual(before);
  });

  it('names the record whose bytes have changed, and a dump has all others', async () => {
    const fileSystem = await filled();
    const content = contentOf(fileSystem, 2);
    const at = content.indexOf('record-8 ');
    content.writeUInt8(0, at + 100);
    fileSystem.replaceContent(segment(2), content);
    await expectCode(openStore(fileSystem).list(), 'STORE_CORRUPT');
    const { findings, entries } = await look(fileSystem);
    expect(findings).toMatchObject([
      {
        ...{ code: 'CHECKSUM_MISMATCH', severity: 'damage', execution: 'x', sequence: 8 },
        place: { file: segment(2), offset: at - 44 },
      },
      { code: 'SEQUENCE_BROKEN', execution: 'x', sequence: 8 },
    ]);
    expect(sequencesIn(entries)).toEqual(Array.from({ length: 20 }, (_, place) => place + 1).filter((n) => n !== 8));
  });

  it('goes on behind a header that cannot be read', async () => {
    const fileSystem = await filled();
    const content = contentOf(fileSystem, 1);
    content.fill(0, content.indexOf('record-2 ') - 44, content.indexOf('record-2 ') - 20);
    fileSystem.replaceContent(segment(1), content);
    const { findings, entries } = await look(fileSystem);
    expect(findings.map(({ code }) => code)).toEqual(['CHECKSUM_MISMATCH', 'SEQUENCE_BROKEN']);
    expect(sequencesIn(entries)).toHaveLength(19);
  });

  it('names a file that is missing, and one that was cut short', async () => {
    const missing = await filled();
    missing.forget(segment(2));
    const found = await look(missing);
    expect(found.findings.map(({ code }) => code)).toEqual(['FILE_MISSING', 'SEQUENCE_BROKEN']);
    expect(found.findings[0]?.place).toEqual({ file: segment(2) });
    const cut = await filled();
    cut.replaceContent(segment(2), contentOf(cut, 2).subarray(0, 1_000));
    expect((await look(cut)).findings[0]).toMatchObject({
      ...{ code: 'MEDIUM_DAMAGED', severity: 'damage', place: { file: segment(2), offset: 1_000 } },
    });
  });

  it('names a header that is none, and frames whose execution was told in there', async () => {
    const fileSystem = await filled();
    fileSystem.replaceContent(segment(1), Buffer.alloc(5_000, 1));
    const { findings } = await look(fileSystem);
    expect(findings[0]).toMatchObject({ code: 'FORMAT_UNREADABLE', place: { file: segment(1), offset: 0 } });
    expect(findings[1]).toMatchObject({ code: 'ORPHANED', severity: 'damage' });
  });

  it('takes the rest of a write that was cut short for no damage', async () => {
    const fileSystem = await filled();
    const last = [...(await fileSystem.list(directory))].sort().at(-1) ?? '';
    const path = join(directory, last);
    const content = fileSystem.contentOf(path) ?? Buffer.alloc(0);
    fileSystem.replaceContent(path, content.subarray(0, content.length - 10));
    const { findings, entries } = await look(fileSystem);
    expect(findings).toMatchObject([{ code: 'TORN_TAIL', severity: 'note', place: { file: path } }]);
    expect(sequencesIn(entries)).toHaveLength(19);
    const store = openStore(fileSystem);
    expect(await readTexts(store, 'x')).toHaveLength(19);
    await store.close();
  });

  it('refuses a directory that another process has, and what a later release wrote', async () => {
    const held = await filled();
    const store = openStore(held);
    await store.get('x');
    await expectCode(look(held), 'STORE_HELD');
    await store.close();
    const later = await filled();
    const content = contentOf(later, 2);
    content.writeUInt16LE(99, 8);
    later.replaceContent(segment(2), content);
    await expectCode(look(later), 'STORE_UNAVAILABLE');
  });

  it('finds nothing where nothing is', async () => {
    expect(await look(new SimulatedFileSystem())).toEqual({ findings: [], entries: [] });
  });
});
