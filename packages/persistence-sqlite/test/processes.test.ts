import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processOwner } from '@weftline/persistence';
import type { Store } from '@weftline/persistence';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sqliteStore } from '../src/index.ts';
import { buildChildProgram, startChild } from './child-process.ts';
import type { Child } from './child-process.ts';

// Several real processes over one file: sharing, taking over, and what is left when one is killed.

// Processes take their time to start on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let programDirectory: string;
let program: string;
let directory: string;
let path: string;
const children: Child[] = [];

beforeAll(async () => {
  programDirectory = mkdtempSync(join(tmpdir(), 'weftline-child-'));
  program = await buildChildProgram(programDirectory);
});

afterAll(() => rmSync(programDirectory, { recursive: true, force: true }));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'weftline-processes-'));
  path = join(directory, 'store.db');
});

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()));
  rmSync(directory, { recursive: true, force: true });
});

function start(role: string, ...rest: string[]): Child {
  const child = startChild([process.execPath, program, role, path, ...rest]);
  children.push(child);
  return child;
}

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const store = sqliteStore({ path });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function readTexts(store: Store, id: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const chunk of store.read(id)) {
    for (const { sequence, data } of chunk) {
      expect(sequence).toBe(texts.length + 1);
      texts.push(new TextDecoder().decode(data));
    }
  }
  return texts;
}

function expectedTexts(count: number): string[] {
  return Array.from({ length: count }, (_, place) => `record ${place + 1}`);
}

describe('several processes', () => {
  it('open, create and append to one new file at once, and nobody is turned away', async () => {
    const writers = ['a', 'b', 'c'].map((id) => start('append', id, '1x40'));
    for (const writer of writers) {
      expect((await writer.rest()).at(-1)).toEqual({ head: 40 });
      expect(await writer.exitCode()).toBe(0);
    }
    await withStore(async (store) => {
      for (const id of ['a', 'b', 'c']) expect(await readTexts(store, id)).toEqual(expectedTexts(40));
    });
  });

  it('see what another one has acknowledged', async () => {
    const writer = start('append', 'x', '3x5');
    const { head: before } = (await writer.next()) as { head: number };
    expect(before).toBe(0);
    await withStore(async (store) => {
      for (let round = 1; round <= 5; round++) {
        const { head } = (await writer.next()) as { head: number };
        expect((await readTexts(store, 'x')).length).toBeGreaterThanOrEqual(head);
      }
    });
  });

  it('do not take an execution from one that lives, and take it at once from one that was killed', async () => {
    const holder = start('hold');
    expect(await holder.next()).toMatchObject({ epoch: 1 });
    await withStore(async (store) => {
      await expect(store.claim('x', processOwner())).rejects.toMatchObject({
        code: 'STORE_HELD',
        message: expect.stringContaining(`process ${holder.process.pid} on `) as string,
      });
      await holder.kill();
      expect(await store.claim('x', processOwner())).toMatchObject({ epoch: 2 });
    });
  });

  it('that claim one abandoned execution together get it once', async () => {
    const holder = start('hold');
    await holder.next();
    await holder.kill();
    const claims = await Promise.all(Array.from({ length: 4 }, () => start('hold').next()));
    expect(claims.filter((said) => 'epoch' in (said as object))).toEqual([expect.objectContaining({ epoch: 2 })]);
    expect(claims).toEqual(
      expect.arrayContaining([{ error: expect.objectContaining({ code: 'STORE_HELD' }) as unknown }]),
    );
  });
});

describe('a process that is killed', () => {
  it('right after an acknowledgement leaves what was acknowledged', async () => {
    const writer = start('append', 'x', '1');
    let acknowledged = 0;
    while (acknowledged < 3) ({ head: acknowledged } = (await writer.next()) as { head: number });
    await writer.kill();
    await withStore(async (store) => {
      const texts = await readTexts(store, 'x');
      expect(texts.length).toBeGreaterThanOrEqual(acknowledged);
      expect(texts).toEqual(expectedTexts(texts.length));
    });
  });

  it('in the middle of appends, again and again, leaves every acknowledged record and whole groups', async () => {
    const group = 7;
    for (let round = 1; round <= 8; round++) {
      const writer = start('append', 'x', String(group));
      const { epoch, head } = (await writer.next()) as { epoch: number; head: number };
      expect(epoch).toBe(round);
      let acknowledged = head;
      for (let answers = 0; answers < round; answers++)
        ({ head: acknowledged } = (await writer.next()) as { head: number });
      const unheard = await writer.kill();
      acknowledged = (unheard.at(-1) as { head: number } | undefined)?.head ?? acknowledged;
      await withStore(async (store) => {
        const texts = await readTexts(store, 'x');
        expect(texts.length).toBeGreaterThanOrEqual(acknowledged);
        expect(texts.length % group).toBe(0);
        expect(texts).toEqual(expectedTexts(texts.length));
        expect(await store.get('x')).toMatchObject({ head: texts.length, epoch: round });
      });
    }
  });
});

describe('a process that does not close its store', () => {
  it('ends by itself when nothing is under way', async () => {
    const child = start('leave');
    expect(await child.rest()).toEqual(['acknowledged']);
    expect(await child.exitCode()).toBe(0);
    expect(child.errors()).toBe('');
  });

  it('does not end before a call under way has been answered', async () => {
    const child = start('forget');
    expect(await child.rest()).toEqual(['acknowledged']);
    expect(await child.exitCode()).toBe(0);
  });

  it('may exit with a call under way, which then took effect whole or not at all', async () => {
    const child = start('exit');
    expect(await child.exitCode()).toBe(7);
    await withStore(async (store) => expect([0, 1_000]).toContain((await readTexts(store, 'x')).length));
  });
});
