import { expect } from 'vitest';
import type { ExecutionRequest } from '../store.ts';
import { expectCode, livingOwner, newExecution } from './harness.ts';
import type { Laws } from './harness.ts';

/** What holds for requests from outside of the owner's process. */
export const requestLaws: Laws = {
  'a request reaches the owner with its next heartbeat, once and whole': async ({ store }) => {
    const owner = livingOwner('owner-a');
    await store.create(newExecution('x', { owner }));
    const request: ExecutionRequest = { execution: 'x', kind: 'cancel', reason: "it's late, 🧵\n", immediate: true };
    await store.request(request);
    expect(await store.heartbeat(owner)).toEqual([request]);
    expect(await store.heartbeat(owner)).toEqual([]);
  },
  'a request without reason comes back without one': async ({ store }) => {
    await store.create(newExecution('x'));
    await store.request({ execution: 'x', kind: 'pause' });
    const [request] = await store.heartbeat(livingOwner('owner-a'));
    expect(Object.entries(request ?? {}).filter(([, value]) => value !== undefined)).toEqual([
      ['execution', 'x'],
      ['kind', 'pause'],
    ]);
  },
  'requests of one execution keep their order': async ({ store }) => {
    await store.create(newExecution('x'));
    await store.create(newExecution('y'));
    const kinds = ['pause', 'resume', 'pause', 'pause', 'cancel'] as const;
    for (const kind of kinds) await store.request({ execution: 'x', kind });
    await store.request({ execution: 'y', kind: 'pause' });
    const requests = await store.heartbeat(livingOwner('owner-a'));
    expect(requests.filter((request) => request.execution === 'x').map((request) => request.kind)).toEqual(kinds);
    expect(requests.filter((request) => request.execution === 'y')).toHaveLength(1);
  },
  'a request does not reach another owner': async ({ store }) => {
    await store.create(newExecution('x', { owner: livingOwner('owner-a') }));
    await store.create(newExecution('y', { owner: livingOwner('owner-b') }));
    await store.request({ execution: 'x', kind: 'pause' });
    expect(await store.heartbeat(livingOwner('owner-b'))).toEqual([]);
    expect(await store.heartbeat(livingOwner('owner-a'))).toHaveLength(1);
  },
  'a request waits for the next owner': async ({ store }) => {
    const lease = await store.create(newExecution('x'));
    await store.request({ execution: 'x', kind: 'pause' });
    await store.release(lease);
    await store.request({ execution: 'x', kind: 'cancel' });
    expect(await store.heartbeat(livingOwner('owner-a'))).toEqual([]);
    await store.claim('x', livingOwner('owner-b'));
    const requests = await store.heartbeat(livingOwner('owner-b'));
    expect(requests.map((request) => request.kind)).toEqual(['pause', 'cancel']);
  },
  'a request for what is not there, or of an unknown kind, is refused': async ({ store }) => {
    await expectCode(store.request({ execution: 'x', kind: 'cancel' }), 'STORE_NOT_FOUND');
    await store.create(newExecution('x'));
    const unknown = { execution: 'x', kind: 'explode' } as unknown as ExecutionRequest;
    await expectCode(store.request(unknown), 'STORE_INVALID_ARGUMENT');
    expect(await store.heartbeat(livingOwner('owner-a'))).toEqual([]);
  },
};
