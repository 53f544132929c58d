import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { StoreErrorCode } from '../errors.ts';
import type { Append, ExecutionSummary, NewExecution, Owner, Store, StoreCapabilities } from '../store.ts';

/** Where and by which clock a store under test lives. */
export interface StoreSetup {
  /** A folder of its own, empty at first and removed after the test; also a unique name for stores without files. */
  readonly directory: string;
  /** The clock of leases; it stands still unless a law moves it. */
  readonly nowMs: () => number;
}

export interface StoreUnderTest {
  readonly create: (setup: StoreSetup) => Store | Promise<Store>;
  readonly reopen: (setup: StoreSetup) => Store | Promise<Store>;
  readonly crash?: (store: Store, setup: StoreSetup) => Store | Promise<Store>;
}

export type Law = (harness: Harness) => Promise<void>;
export type Laws = Readonly<Record<string, Law>>;

/** What a law works with: one store over one medium, and what else may be opened over it. */
export interface Harness {
  readonly store: Store;
  readonly capabilities: StoreCapabilities;
  /** Moves the clock of leases. */
  readonly advance: (ms: number) => void;
  /** Opens the medium once more while `store` is open. */
  readonly openSecond: () => Promise<Store>;
  /** Closes `current` (default `store`) and opens its medium again. */
  readonly reopen: (current?: Store) => Promise<Store>;
  /** What the next process finds when this one dies now, or undefined where the store cannot show it. */
  readonly crash: () => Promise<Store | undefined>;
}

/** Runs one law over a fresh medium and tidies up, whatever comes of it; closing must succeed too. */
export async function runLaw(underTest: StoreUnderTest, law: Law): Promise<void> {
  let timeMs = 1_700_000_000_000;
  const setup = { directory: mkdtempSync(join(tmpdir(), 'weftline-store-')), nowMs: () => timeMs };
  const stage: Stage = { setup, opened: new Set(), crashed: new Set(), advance: (ms) => (timeMs += ms) };
  try {
    await law(await createHarness(underTest, stage));
    for (const store of stage.opened) await store.close();
  } finally {
    await Promise.allSettled([...stage.opened, ...stage.crashed].map((store) => store.close()));
    rmSync(setup.directory, { recursive: true, force: true });
  }
}

interface Stage {
  readonly setup: StoreSetup;
  readonly opened: Set<Store>;
  /** Stores whose process is dead, so that closing them need not succeed. */
  readonly crashed: Set<Store>;
  readonly advance: (ms: number) => void;
}

async function createHarness(underTest: StoreUnderTest, stage: Stage): Promise<Harness> {
  const { setup, opened, crashed, advance } = stage;
  const keep = async (opening: Store | Promise<Store>): Promise<Store> => {
    const store = await opening;
    opened.add(store);
    return store;
  };
  const store = await keep(underTest.create(setup));
  return {
    ...{ store, capabilities: store.capabilities, advance },
    openSecond: async () => keep(underTest.create(setup)),
    reopen: async (current = store) => {
      await current.close();
      return keep(underTest.reopen(setup));
    },
    crash: async () => {
      if (underTest.crash === undefined) return undefined;
      opened.delete(store);
      crashed.add(store);
      return keep(underTest.crash(store, setup));
    },
  };
}

/** An owner in this very process, hence alive. */
export function livingOwner(name: string): Owner {
  return { id: name, host: hostname(), pid: process.pid };
}

/** An owner on this host whose process has ended. */
export function deadOwner(name: string): Owner {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return { id: name, host: hostname(), pid };
}

/** An owner of which nobody here can say whether it lives. */
export function distantOwner(name: string): Owner {
  return { id: name, host: 'elsewhere.invalid', pid: 1 };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Records whose content tells them apart. */
export function records(count: number, prefix: string = 'record'): Uint8Array[] {
  return Array.from({ length: count }, (_, place) => bytes(`${prefix}-${place + 1}`));
}

/** Bytes that do not compress and hold every value. */
export function noise(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}

export function newExecution(id: string, change: Partial<NewExecution> = {}): NewExecution {
  return {
    ...{ id, owner: livingOwner('owner-a'), workflow: 'a-workflow', status: 'running' },
    ...{ createdAtMs: 1_600_000_000_000, records: [], ...change },
  };
}

/** Appends and expects that it was taken. */
export async function appendTaken(store: Store, append: Append): Promise<void> {
  expect(await store.append([append])).toEqual([undefined]);
}

/** Every record of the execution, checked for gapless numbering. */
export async function readAll(store: Store, id: string, after: number = 0): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of store.read(id, { after })) {
    for (const record of chunk) {
      if (record.sequence !== after + all.length + 1) expect.fail(`sequence ${record.sequence} after ${all.length}`);
      all.push(record.data);
    }
  }
  return all;
}

export async function readTexts(store: Store, id: string, after: number = 0): Promise<string[]> {
  return (await readAll(store, id, after)).map((record) => new TextDecoder().decode(record));
}

/** Compares long lists of records without drawing them. */
export function expectSameRecords(actual: readonly Uint8Array[], expected: readonly Uint8Array[]): void {
  expect(actual.length).toBe(expected.length);
  const different = actual.findIndex((record, place) => Buffer.compare(record, expected[place] ?? bytes('')) !== 0);
  expect(different).toBe(-1);
}

export async function expectCode(promise: Promise<unknown>, code: StoreErrorCode): Promise<void> {
  await expect(promise).rejects.toMatchObject({ name: 'StoreError', code });
}

export async function summaryOf(store: Store, id: string): Promise<ExecutionSummary> {
  const summary = await store.get(id);
  if (summary === undefined) return expect.fail(`expected execution ${id} to be there`);
  return summary;
}
