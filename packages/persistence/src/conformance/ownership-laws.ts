import { expect } from 'vitest';
import { processOwner } from '../process-owner.ts';
import {
  appendTaken,
  deadOwner,
  distantOwner,
  expectCode,
  livingOwner,
  newExecution,
  readTexts,
  records,
  summaryOf,
} from './harness.ts';
import type { Laws } from './harness.ts';

/** What holds for leases, epochs and taking over. */
export const ownershipLaws: Laws = {
  'the summary names the owner while the lease runs': async ({ store, capabilities, advance }) => {
    const owner = livingOwner('owner-a');
    await store.create(newExecution('x', { owner }));
    expect((await summaryOf(store, 'x')).owner).toEqual(owner);
    expect((await store.list()).executions[0]?.owner).toEqual(owner);
    advance(capabilities.leaseMs);
    const kept = capabilities.leaseMs === 0 ? owner : undefined;
    expect((await summaryOf(store, 'x')).owner).toEqual(kept);
    expect((await store.list()).executions[0]?.owner).toEqual(kept);
  },
  'claim is refused while another living owner holds the execution': async ({ store }) => {
    await store.create(newExecution('x'));
    await expectCode(store.claim('x', livingOwner('owner-b')), 'STORE_HELD');
    await expect(store.claim('x', livingOwner('owner-b'))).rejects.toMatchObject({ retryable: true });
    await appendTaken(store, { execution: 'x', epoch: 1, sequence: 1, records: records(1) });
  },
  'claim is refused while an owner that nobody here can see holds the execution': async ({ store }) => {
    await store.create(newExecution('x', { owner: distantOwner('owner-a') }));
    await expectCode(store.claim('x', livingOwner('owner-b')), 'STORE_HELD');
  },
  'claim takes over at once from a process of this host that is gone': async ({ store }) => {
    await store.create(newExecution('x', { owner: deadOwner('owner-a'), records: records(2) }));
    const lease = await store.claim('x', livingOwner('owner-b'));
    expect(lease).toEqual({ execution: 'x', owner: 'owner-b', epoch: 2, head: 2 });
    expect((await summaryOf(store, 'x')).owner).toEqual(livingOwner('owner-b'));
  },
  'claim takes over from a process whose pid another one bears now': async ({ store }) => {
    const current = processOwner();
    if (current.id.includes('@')) {
      const former = { ...current, id: current.id.replace(/\d+$/, '1') };
      await store.create(newExecution('x', { owner: former }));
      expect(await store.claim('x', livingOwner('owner-b'))).toMatchObject({ epoch: 2 });
    }
    await store.create(newExecution('y', { owner: current }));
    await expectCode(store.claim('y', livingOwner('owner-b')), 'STORE_HELD');
  },
  'claim takes over when the lease is over, and not a moment before': async ({ store, capabilities, advance }) => {
    if (capabilities.leaseMs === 0) return;
    for (const owner of [livingOwner('owner-a'), distantOwner('owner-c')]) {
      await store.create(newExecution(owner.id, { owner }));
      advance(capabilities.leaseMs - 1);
      await expectCode(store.claim(owner.id, livingOwner('owner-b')), 'STORE_HELD');
      advance(1);
      expect(await store.claim(owner.id, livingOwner('owner-b'))).toMatchObject({ epoch: 2 });
    }
  },
  'a lease without end is never taken from one that may be alive': async ({ store, capabilities, advance }) => {
    if (capabilities.leaseMs !== 0) return;
    await store.create(newExecution('x', { owner: distantOwner('owner-a') }));
    advance(1_000_000_000);
    await expectCode(store.claim('x', livingOwner('owner-b')), 'STORE_HELD');
  },
  'an old lease serves no more once somebody else has claimed': async ({ store }) => {
    await store.create(newExecution('x', { owner: deadOwner('owner-a') }));
    const lease = await store.claim('x', livingOwner('owner-b'));
    const [refusal] = await store.append([{ execution: 'x', epoch: 1, sequence: 1, records: records(1, 'zombie') }]);
    expect(refusal).toMatchObject({ code: 'STORE_CONFLICT' });
    await appendTaken(store, { execution: 'x', epoch: lease.epoch, sequence: 1, records: records(1) });
    expect(await readTexts(store, 'x')).toEqual(['record-1']);
  },
  'a lease whose time is over serves until somebody claims': async ({ store, capabilities, advance }) => {
    await store.create(newExecution('x'));
    advance(capabilities.leaseMs * 2);
    await appendTaken(store, { execution: 'x', epoch: 1, sequence: 1, records: records(1) });
  },
  'an owner may claim what it holds, and its older lease serves no more': async ({ store }) => {
    const owner = livingOwner('owner-a');
    await store.create(newExecution('x', { owner }));
    expect(await store.claim('x', owner)).toMatchObject({ epoch: 2 });
    expect(await store.claim('x', owner)).toMatchObject({ epoch: 3 });
    const [refusal] = await store.append([{ execution: 'x', epoch: 2, sequence: 1, records: records(1) }]);
    expect(refusal).toMatchObject({ code: 'STORE_CONFLICT' });
  },
  'of many claims at once exactly one is taken': async ({ store }) => {
    await store.create(newExecution('x', { owner: deadOwner('owner-a') }));
    const claims = Array.from({ length: 10 }, (_, place) => store.claim('x', livingOwner(`owner-${place}`)));
    const outcomes = await Promise.allSettled(claims);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(await summaryOf(store, 'x')).toMatchObject({ epoch: 2 });
  },
  'claim refuses what is not there': async ({ store }) => {
    await expectCode(store.claim('x', livingOwner('owner-a')), 'STORE_NOT_FOUND');
  },
  'a released execution can be claimed at once, and its lease serves no more': async ({ store }) => {
    const lease = await store.create(newExecution('x'));
    await store.release(lease);
    expect((await summaryOf(store, 'x')).owner).toBeUndefined();
    const [refusal] = await store.append([{ execution: 'x', epoch: 1, sequence: 1, records: records(1) }]);
    expect(refusal).toMatchObject({ code: 'STORE_CONFLICT' });
    expect(await store.claim('x', livingOwner('owner-b'))).toMatchObject({ epoch: 2, head: 0 });
  },
  'release ignores a lease that is not held any more': async ({ store }) => {
    const owner = livingOwner('owner-a');
    const lease = await store.create(newExecution('x', { owner }));
    const newer = await store.claim('x', owner);
    await store.release(lease);
    await store.release({ ...newer, owner: 'owner-b' });
    await store.release({ ...newer, execution: 'y' });
    await expectCode(store.claim('x', livingOwner('owner-b')), 'STORE_HELD');
    await store.release(newer);
    await store.release(newer);
    await store.claim('x', livingOwner('owner-b'));
  },
  'heartbeat extends every lease of its owner, and no other': async ({ store, capabilities, advance }) => {
    if (capabilities.leaseMs === 0) return;
    const [a, b, c] = [livingOwner('owner-a'), livingOwner('owner-b'), livingOwner('owner-c')];
    await store.create(newExecution('x', { owner: a }));
    await store.create(newExecution('y', { owner: a }));
    await store.create(newExecution('z', { owner: b }));
    for (let beat = 0; beat < 3; beat++) {
      advance(capabilities.leaseMs - 1);
      expect(await store.heartbeat(a)).toEqual([]);
    }
    await expectCode(store.claim('x', c), 'STORE_HELD');
    await expectCode(store.claim('y', c), 'STORE_HELD');
    expect(await store.claim('z', c)).toMatchObject({ epoch: 2 });
  },
  'heartbeat revives a lease that nobody has claimed, and none that somebody has': async (harness) => {
    const { store, capabilities } = harness;
    if (capabilities.leaseMs === 0) return;
    const [a, b] = [livingOwner('owner-a'), livingOwner('owner-b')];
    await store.create(newExecution('x', { owner: a }));
    await store.create(newExecution('y', { owner: a }));
    harness.advance(capabilities.leaseMs);
    await store.claim('y', b);
    await store.heartbeat(a);
    await expectCode(store.claim('x', b), 'STORE_HELD');
    expect((await summaryOf(store, 'y')).owner).toEqual(b);
  },
  'heartbeat of an owner without executions answers nothing': async ({ store }) => {
    expect(await store.heartbeat(livingOwner('owner-a'))).toEqual([]);
  },
};
