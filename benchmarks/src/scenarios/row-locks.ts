import { groupCommit } from '@weftline/persistence/group-commit';
import { Client } from 'pg';
import type { PreparedCase, Scenario, Strategy } from '../case.ts';
import { JournalWriter } from './journal-writer.ts';
import { openStore } from './open-store.ts';
import { newPostgresSchema, postgresUnavailable, withClient, type PostgresSchema } from './postgres.ts';
import type { RowLockTask } from './row-lock-protocol.ts';
import { WorkerProcesses, workersUnavailable } from './worker-processes.ts';

const [processes, connectionsEach, nextTasks] = [4, 4, 3];
const result = 'x'.repeat(600);

interface RowLockRun {
  readonly completed: number;
  readonly admitted: number;
  readonly latenciesNs: readonly number[];
}

async function unavailable(): Promise<string | undefined> {
  return workersUnavailable() ?? (await postgresUnavailable());
}

function caseOf(
  n: number,
  { run, close }: Pick<PreparedCase, 'close'> & { run: () => Promise<RowLockRun> },
): PreparedCase {
  return {
    operations: n,
    run,
    check(answer) {
      const { completed, admitted } = answer as RowLockRun;
      if (completed !== n || admitted !== n * nextTasks)
        throw new Error(`expected ${n} completions and ${n * nextTasks} next tasks, got ${completed} and ${admitted}`);
    },
    latenciesNs: (answer) => (answer as RowLockRun).latenciesNs,
    ...(close === undefined ? {} : { close }),
  };
}

/** Executors that lock the row of the execution, change its state and write it back. */
function rowLocked(per: RowLockTask['per']): Strategy {
  return {
    name: `row lock per ${per}`,
    unavailable,
    async prepare({ n }) {
      const schema = await newPostgresSchema();
      const table = `${schema.name}.execution`;
      await withClient(schema.url, (client) =>
        client.query(`CREATE SCHEMA ${schema.name}; CREATE TABLE ${table} (id int PRIMARY KEY, state jsonb NOT NULL)`),
      );
      const workers = await WorkerProcesses.start(processes, { url: schema.url, connections: connectionsEach });
      return caseOf(n, {
        async run() {
          await reset(schema, table);
          const completions = n / workers.count;
          const latenciesNs = await workers.run({ type: 'row-lock', table, per, completions, result });
          return { ...(await counted(schema, table)), latenciesNs };
        },
        async close() {
          await workers.end();
          await schema.discard();
        },
      });
    },
  };
}

async function reset({ url }: PostgresSchema, table: string): Promise<void> {
  const state = JSON.stringify({ completed: 0, admitted: 0, log: [] });
  await withClient(url, async (client) => {
    await client.query(`DELETE FROM ${table}`);
    await client.query(`INSERT INTO ${table} VALUES (1, $1)`, [state]);
  });
}

async function counted({ url }: PostgresSchema, table: string): Promise<Pick<RowLockRun, 'completed' | 'admitted'>> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ state: RowLockRun }>(`SELECT state FROM ${table} WHERE id = 1`);
    return { completed: rows[0]?.state.completed ?? 0, admitted: rows[0]?.state.admitted ?? 0 };
  });
}

const leasedSingleWriter: Strategy = {
  name: 'leased single writer',
  unavailable,
  async prepare({ n }) {
    const { store, discard } = await openStore('postgres');
    const grouped = groupCommit()(store);
    const writer = new JournalWriter(grouped);
    const workers = await WorkerProcesses.start(processes, { url: '', connections: 0 });
    return caseOf(n, {
      async run() {
        await writer.begin();
        let admitted = 0;
        const task = { type: 'hand-over', completions: n / workers.count, result } as const;
        const latenciesNs = await workers.run(task, async (text) => {
          admitted += nextTasks;
          await writer.append(Buffer.from(JSON.stringify({ result: text })));
        });
        return { completed: await writer.written(), admitted, latenciesNs };
      },
      async close() {
        await workers.end();
        await grouped.close();
        await discard();
      },
    });
  },
};

/** The results in one statement and one commit. */
const oneInsert: Strategy = {
  name: 'one insert',
  unavailable,
  async prepare({ n }) {
    const schema = await newPostgresSchema();
    const table = `${schema.name}.result`;
    const client = new Client({ connectionString: schema.url });
    await client.connect();
    await client.query(`CREATE SCHEMA ${schema.name}; CREATE TABLE ${table} (result text NOT NULL)`);
    const results = Array.from({ length: n }, () => result);
    return caseOf(n, {
      async run() {
        const { rowCount } = await client.query(`INSERT INTO ${table} SELECT unnest($1::text[])`, [results]);
        return { completed: rowCount ?? 0, admitted: n * nextTasks, latenciesNs: [] };
      },
      async close() {
        await client.end();
        await schema.discard();
      },
    });
  },
};

const sizes = [{ n: 100, c: 0 }];

export const rowLocks: Scenario = {
  ...{ name: 'row-locks', title: 'n tasks of one execution complete at once in four processes, on PostgreSQL' },
  ...{ operation: 'completion', pace: 'whole-run', floor: 'one insert', growth: [], sizes, quickSizes: sizes },
  ...{ baseline: 'row lock per task', control: 'leased single writer' },
  notes: [
    `Four processes complete n tasks at once, with results of 600 bytes and three next tasks each. Row locks: each process has four connections; SELECT … FOR UPDATE, the state with all results written back, COMMIT; once per completion, or for it and each next task. Leased single writer: completions are handed to the process that owns the execution, which appends them to the journal through group commit.`,
    'Not measured: the queue by which completions reach the owner (here a pipe), the core (lock-contention has it), a change of owner.',
  ],
  strategies: [oneInsert, rowLocked('task'), rowLocked('completion'), leasedSingleWriter],
};
