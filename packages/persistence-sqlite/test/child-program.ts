import { rmSync, writeSync } from 'node:fs';
import { processOwner, StoreError } from '@weftline/persistence';
import type { Lease, Store } from '@weftline/persistence';
import { sqliteStore } from '../src/index.ts';

/*
 * Run by the tests as a process of its own: `child-program <role> <path of the store> <arguments of the role>`.
 * Says what happened on stdout, a line of JSON each, before anything else can happen.
 */

const [role = '', path = '', ...rest] = process.argv.slice(2);

function say(line: unknown): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

function record(sequence: number): Uint8Array {
  return new TextEncoder().encode(`record ${sequence}`);
}

async function createOrClaim(store: Store, id: string): Promise<Lease> {
  const owner = processOwner();
  if ((await store.get(id)) !== undefined) return store.claim(id, owner);
  return store.create({ id, owner, workflow: 'w', status: 'running', createdAtMs: Date.now(), records: [] });
}

async function appendRecords(store: Store, lease: Lease, options: { from: number; count: number }): Promise<void> {
  const { from, count } = options;
  const records = Array.from({ length: count }, (_, place) => record(from + place));
  const [refusal] = await store.append([{ execution: lease.execution, epoch: lease.epoch, sequence: from, records }]);
  if (refusal !== undefined) throw refusal;
}

const roles: Readonly<Record<string, (store: Store, ...rest: string[]) => Promise<void>>> = {
  /** Appends as told by `plan`, '7x40' for 40 times 7 records, '7' without end; says each head that was acknowledged. */
  append: async (store, id = 'x', plan = '1') => {
    const [count = 1, rounds = Infinity] = plan.split('x').map(Number);
    const lease = await createOrClaim(store, id);
    say({ epoch: lease.epoch, head: lease.head });
    for (let head = lease.head + count; head <= lease.head + rounds * count; head += count) {
      await appendRecords(store, lease, { from: head + 1 - count, count });
      say({ head });
    }
    await store.close();
  },
  /** Appends with a snapshot every ten records and vacuums again and again; says each head that was acknowledged. */
  vacuum: async (store) => {
    const lease = await createOrClaim(store, 'x');
    let { head } = lease;
    if (head === 0) await appendRecords(store, lease, { from: ++head, count: 1 });
    const vacuuming = async (): Promise<void> => {
      for (;;) {
        await store.maintenance?.vacuum({ endedBeforeMs: Date.now() });
        say({ vacuumed: head });
      }
    };
    void vacuuming();
    for (;;) {
      const snapshot = new TextEncoder().encode(`snapshot ${head + 10}`);
      const records = Array.from({ length: 10 }, (_, place) => record(head + 1 + place));
      const append = { execution: 'x', epoch: lease.epoch, sequence: head + 1, records, snapshot };
      const [refusal] = await store.append([append]);
      if (refusal !== undefined) throw refusal;
      head += 10;
      say({ head });
    }
  },
  /** Holds the execution until it is killed. */
  hold: async (store, id = 'x') => {
    say(await createOrClaim(store, id));
    setInterval(() => undefined, 1_000);
  },
  /** Uses the store and neither closes it nor waits for anything else. */
  leave: async (store) => {
    const lease = await createOrClaim(store, 'x');
    await appendRecords(store, lease, { from: 1, count: 1 });
    say('acknowledged');
  },
  /** Calls without waiting, and leaves the end of the process to the answers. */
  forget: async (store) => {
    const lease = await createOrClaim(store, 'x');
    void appendRecords(store, lease, { from: 1, count: 1 }).then(() => say('acknowledged'));
  },
  /** Ends the process with calls under way. */
  exit: async (store) => {
    const lease = await createOrClaim(store, 'x');
    void appendRecords(store, lease, { from: 1, count: 1_000 });
    setImmediate(() => process.exit(7));
  },
  /**
   * Appends until something fails, then makes room by removing `ballast` and tries once more. Says what happened, and
   * what a store that is opened anew finds.
   */
  fill: async (store, ballast = '') => {
    const lease = await createOrClaim(store, 'x');
    const records = [new Uint8Array(65_536)];
    let { head } = lease;
    const append = async (): Promise<void> => {
      const [refusal] = await store.append([{ execution: 'x', epoch: lease.epoch, sequence: head + 1, records }]);
      if (refusal !== undefined) throw refusal;
      head += 1;
    };
    const failure = await untilFailure(append, 10_000);
    const acknowledged = head;
    rmSync(ballast, { force: true });
    const next = await untilFailure(append, 1);
    const reading = await untilFailure(async () => void (await store.get('x')), 1);
    await store.close();
    const again = sqliteStore({ path });
    const found = (await again.get('x'))?.head;
    await again.close();
    say({ failure, acknowledged, next, reading, found });
  },
};

async function untilFailure(step: () => Promise<void>, limit: number): Promise<unknown> {
  try {
    for (let round = 0; round < limit; round++) await step();
    return 'none';
  } catch (error) {
    return describeError(error);
  }
}

function describeError(error: unknown): unknown {
  if (!(error instanceof StoreError)) return String(error);
  const { code, message, retryable } = error;
  return { code, message, retryable };
}

const play = roles[role];
if (play === undefined) throw new Error(`there is no role '${role}'`);
try {
  await play(sqliteStore({ path }), ...rest);
} catch (error) {
  say({ error: describeError(error) });
}
