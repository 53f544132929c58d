import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deadOwner, distantOwner, newExecution, readTexts } from '../src/conformance/harness.ts';
import { processOwner } from '../src/process-owner.ts';
import { segmentFileStore } from '../src/segment-file-store.ts';
import type { Owner, Store } from '../src/store.ts';
import { simulatedDirectory as directory, SimulatedFileSystem } from './simulated-file-system.ts';

const lockPath = join(directory, 'lock');
const leaseMs = 10_000;

class Stage {
  readonly fileSystem = new SimulatedFileSystem();
  timeMs = 1_000_000;

  open(options: { readonly leaseMs?: number } = {}): Store {
    const { fileSystem } = this;
    return segmentFileStore({ directory, fileSystem, leaseMs, nowMs: () => this.timeMs, ...options });
  }

  /** Makes the lock another's, as if it had been there from the start; a holder keeps its file. */
  pretendHeldBy(owner: Owner | string): void {
    this.fileSystem.replaceContent(lockPath, Buffer.from(typeof owner === 'string' ? owner : JSON.stringify(owner)));
  }

  async touch(): Promise<void> {
    await this.fileSystem.touch(lockPath, this.timeMs);
  }
}

const held = { code: 'STORE_HELD', retryable: true };

function append(store: Store, sequence: number, text: string = 'record'): Promise<unknown> {
  return store.append([{ execution: 'x', epoch: 1, sequence, records: [Buffer.from(`${text} ${sequence}`)] }]);
}

describe('the lock of a segment-file store', () => {
  it('is there while the store is open, names this process, and leaves nothing else behind', async () => {
    const { fileSystem, ...stage } = new Stage();
    const store = segmentFileStore({ directory, fileSystem, leaseMs, nowMs: () => stage.timeMs });
    await store.list();
    expect(JSON.parse(fileSystem.contentOf(lockPath)?.toString() ?? '')).toMatchObject({
      pid: process.pid,
      host: hostname(),
    });
    expect(await fileSystem.list(directory)).toEqual(['lock']);
    await store.close();
    expect(await fileSystem.list(directory)).toEqual([]);
  });

  it('refuses a second store of a living process, and gives way after close', async () => {
    const stage = new Stage();
    const [first, second] = [stage.open(), stage.open()];
    await first.create(newExecution('x'));
    await expect(second.list()).rejects.toMatchObject(held);
    stage.timeMs += leaseMs * 10;
    await expect(second.list()).rejects.toMatchObject(held);
    await first.close();
    expect((await second.list()).executions).toHaveLength(1);
    await second.close();
  });

  it('is taken over at once from a process of this host that is gone', async () => {
    const stage = new Stage();
    stage.pretendHeldBy(deadOwner('gone'));
    await stage.touch();
    const store = stage.open();
    expect(await store.list()).toEqual({ executions: [] });
    await store.close();
  });

  it('is taken over at once from a process whose pid another one bears now', async () => {
    const stage = new Stage();
    const owner = processOwner();
    if (!owner.id.includes('@')) return;
    stage.pretendHeldBy({ ...owner, id: owner.id.replace(/\d+$/, '1') });
    await stage.touch();
    const store = stage.open();
    expect(await store.list()).toEqual({ executions: [] });
    await store.close();
  });

  it.each<[string, Owner | string]>([
    ['a process on another host', distantOwner('far')],
    ['a process of before the last start of this host', otherBoot()],
    ['content that nobody wrote', 'garbage'],
    ['content that was cut short', ''],
  ])('is honoured for the lease time when it shows %s', async (_, owner) => {
    const stage = new Stage();
    stage.pretendHeldBy(owner);
    await stage.touch();
    const store = stage.open();
    stage.timeMs += leaseMs - 1;
    await expect(store.list()).rejects.toMatchObject(held);
    await expect(stage.open({ leaseMs: 0 }).list()).rejects.toMatchObject(held);
    stage.timeMs += 1;
    expect(await store.list()).toEqual({ executions: [] });
    await store.close();
  });

  it('is kept from those who cannot see its holder by heartbeats', async () => {
    const stage = new Stage();
    const store = stage.open();
    await store.list();
    stage.pretendHeldBy(distantOwner('far'));
    for (let beat = 0; beat < 3; beat++) {
      stage.timeMs += leaseMs - 1;
      await store.heartbeat(distantOwner('any'));
    }
    await expect(stage.open().list()).rejects.toMatchObject(held);
    await store.close();
  });

  it('of several that find it stale only one gets it', async () => {
    const stage = new Stage();
    stage.pretendHeldBy(deadOwner('gone'));
    const stores = [stage.open(), stage.open(), stage.open(), stage.open()];
    const outcomes = await Promise.allSettled(stores.map((store) => store.create(newExecution('x'))));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ name: 'StoreError', code: 'STORE_HELD' });
    }
    for (const store of stores) await store.close();
    expect(await stage.fileSystem.list(directory)).toEqual(['00000001.segment']);
  });

  it('of another that was faster is given back', async () => {
    const stage = new Stage();
    const faster = processOwner();
    stage.pretendHeldBy(deadOwner('gone'));
    stage.fileSystem.fault = ({ name, path }) => {
      if (name === 'rename' && path === lockPath) stage.pretendHeldBy(faster);
      return undefined;
    };
    const store = stage.open();
    await expect(store.list()).rejects.toMatchObject(held);
    expect(JSON.parse(stage.fileSystem.contentOf(lockPath)?.toString() ?? '')).toEqual(faster);
    await store.close();
    expect(await stage.fileSystem.list(directory)).toEqual(['lock']);
  });

  it('once lost makes the former holder acknowledge nothing more, and spoil nothing', async () => {
    const stage = new Stage();
    const zombie = stage.open();
    await zombie.create(newExecution('x'));
    await append(zombie, 1);
    stage.pretendHeldBy(distantOwner('far'));
    stage.timeMs += leaseMs;
    const next = stage.open();
    expect(await readTexts(next, 'x')).toEqual(['record 1']);
    expect(await append(next, 2)).toEqual([undefined]);
    await expect(append(zombie, 2, 'zombie')).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
    await expect(append(zombie, 2, 'zombie')).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
    await zombie.close();
    expect(await append(next, 3)).toEqual([undefined]);
    await next.close();
    const last = stage.open();
    expect(await readTexts(last, 'x')).toEqual(['record 1', 'record 2', 'record 3']);
    await last.close();
  });

  it('lost between write and sync is noticed before anything is acknowledged', async () => {
    const stage = new Stage();
    const zombie = stage.open();
    await zombie.create(newExecution('x'));
    let opening: Promise<unknown> = Promise.resolve();
    const next = stage.open();
    stage.fileSystem.fault = ({ name }) => {
      if (name !== 'sync') return undefined;
      stage.fileSystem.fault = () => undefined;
      stage.pretendHeldBy(deadOwner('far'));
      opening = next.list();
      return undefined;
    };
    const [written] = await Promise.allSettled([append(zombie, 1)]);
    await opening;
    const head = (await next.get('x'))?.head;
    // Either the former holder acknowledged and the next one has it, or it did not acknowledge.
    expect(written.status === 'rejected' || head === 1).toBe(true);
    await zombie.close();
    await next.close();
  });
});

function otherBoot(): Owner {
  const { host, pid } = processOwner();
  return { id: 'former@00000000-0000-4000-8000-000000000000/1/1', host, pid };
}
