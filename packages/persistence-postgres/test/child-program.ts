import { writeSync } from 'node:fs';
import { processOwner, StoreError } from '@weftline/persistence';
import type { Lease, Store } from '@weftline/persistence';
import { postgresStore } from '../src/index.ts';

/*
 * Run by the tests as a process of its own: `child-program <role> <url> <schema> <arguments of the role>`.
 * Says what happened on stdout, a line of JSON each, before anything else can happen.
 */

const [role = '', url = '', schema = '', ...rest] = process.argv.slice(2);

function say(line: unknown): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

async function createOrClaim(store: Store, id: string): Promise<Lease> {
  const owner = processOwner();
  if ((await store.get(id)) !== undefined) return store.claim(id, owner);
  return store.create({ id, owner, workflow: 'w', status: 'running', createdAtMs: Date.now(), records: [] });
}

async function appendRecords(store: Store, lease: Lease, options: { from: number; count: number }): Promise<void> {
  const { execution, epoch } = lease;
  const { from, count } = options;
  const records = Array.from({ length: count }, (_, place) => Buffer.from(`${execution} ${from + place}`));
  const [refusal] = await store.append([{ execution, epoch, sequence: from, records }]);
  if (refusal !== undefined) throw refusal;
}

const roles: Readonly<Record<string, (store: Store, ...rest: string[]) => Promise<void>>> = {
  /** Opens the store, and says so. */
  open: async (store) => {
    say((await store.list()).executions.length);
    await store.close();
  },
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
  /** Holds the execution until it is killed. */
  hold: async (store, id = 'x') => {
    say(await createOrClaim(store, id));
    setInterval(() => undefined, 1_000);
  },
  /** Uses the store in every way and closes nothing. */
  leave: async (store) => {
    const lease = await createOrClaim(store, 'x');
    await appendRecords(store, lease, { from: 1, count: 1 });
    await new Promise<void>((resolve) => store.watch?.(() => resolve()));
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
};

function describeError(error: unknown): unknown {
  if (!(error instanceof StoreError)) return String(error);
  const { code, message, retryable } = error;
  return { code, message, retryable };
}

const play = roles[role];
if (play === undefined) throw new Error(`there is no role '${role}'`);
try {
  await play(await postgresStore({ connectionString: url, schema }), ...rest);
} catch (error) {
  say({ error: describeError(error) });
}
