import { Client } from 'pg';
import type { HandOverTask, OwnerMessage, RowLockTask, WorkerMessage } from './row-lock-protocol.ts';

/* One of several executor processes that share the state of one execution in a row of PostgreSQL. */

const nextTasks = [0, 1, 2] as const;

/** Applies what `change` makes of the state while nobody else may. */
async function underRowLock(client: Client, table: string, change: (state: State) => void): Promise<void> {
  await client.query('BEGIN');
  const { rows } = await client.query<{ state: State }>(`SELECT state FROM ${table} WHERE id = 1 FOR UPDATE`);
  const state = rows[0]?.state ?? { completed: 0, admitted: 0, log: [] };
  change(state);
  await client.query(`UPDATE ${table} SET state = $1 WHERE id = 1`, [JSON.stringify(state)]);
  await client.query('COMMIT');
}

interface State {
  completed: number;
  admitted: number;
  /** Results, as the analysed engine keeps them in the state. */
  readonly log: string[];
}

async function complete(client: Client, { table, per, result }: RowLockTask): Promise<void> {
  const taken = (state: State): void => {
    state.completed += 1;
    state.log.push(result);
  };
  const admitted = (state: State): void => void (state.admitted += 1);
  if (per === 'completion') {
    await underRowLock(client, table, (state) => {
      taken(state);
      for (const _ of nextTasks) admitted(state);
    });
    return;
  }
  await underRowLock(client, table, taken);
  for (const _ of nextTasks) await underRowLock(client, table, admitted);
}

async function workUnderLocks(clients: readonly Client[], task: RowLockTask): Promise<void> {
  const latenciesNs: number[] = [];
  const began = process.hrtime.bigint();
  let left = task.completions;
  const drain = async (client: Client): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await complete(client, task);
      latenciesNs.push(Number(process.hrtime.bigint() - began));
    }
  };
  await Promise.all(clients.map(drain));
  say({ type: 'report', latenciesNs });
}

/** Completions that the owner has not answered yet; a task at a time. */
let handedOver = { began: 0n, left: 0, latenciesNs: [] as number[] };

function handOver({ completions, result }: HandOverTask): void {
  handedOver = { began: process.hrtime.bigint(), left: completions, latenciesNs: [] };
  for (let number = 0; number < completions; number += 1) say({ type: 'completed', number, result });
}

function onDurable(): void {
  handedOver.latenciesNs.push(Number(process.hrtime.bigint() - handedOver.began));
  handedOver.left -= 1;
  if (handedOver.left === 0) say({ type: 'report', latenciesNs: handedOver.latenciesNs });
}

function say(message: WorkerMessage): void {
  process.send?.(message);
}

const [url = '', connections = '0'] = process.argv.slice(2);
const clients = Array.from({ length: Number(connections) }, () => new Client({ connectionString: url }));
await Promise.all(clients.map((client) => client.connect()));
process.on('message', (message: OwnerMessage) => {
  if (message.type === 'row-lock') void workUnderLocks(clients, message);
  else if (message.type === 'hand-over') handOver(message);
  else if (message.type === 'durable') onDurable();
  else void Promise.all(clients.map((client) => client.end())).then(() => process.disconnect());
});
say({ type: 'ready' });
