import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventRecording } from '@weftline/coordinator';
import { createEngine, EngineError, type Engine, type Execution } from '@weftline/engine';
import { Ledger } from './ledger.ts';
import { actionsOf, definition, numbersOf, type Work } from './listed-work.ts';
import { openStore, policies, type Medium, type PolicyName } from './medium.ts';

/*
 * A process of its own: `list-program <order as JSON>` takes one execution from wherever it stands to its end. Writes into the
 * ledger what it is told; the last line on stdout is an `Ending`. Ends with status 0 when the execution has ended.
 */

/** What a process is to do. */
export interface Order {
  readonly medium: Medium;
  readonly policy: PolicyName;
  readonly execution: string;
  readonly work: Work;
  /** The directory of the ledger. */
  readonly ledger: string;
  readonly run: number;
  /** Whether to open the store, say `{"ready":true}` and wait for a line on stdin before anything is run. */
  readonly waits: boolean;
  /** How long to ask again while somebody else holds the execution. */
  readonly patienceMs: number;
}

/** How a process ended by itself. */
export type Ending =
  | { readonly found: 'nothing' | 'unfinished' | 'finished'; readonly status: string }
  | { readonly error: { readonly code: string | undefined; readonly message: string } };

/** Snapshots come often, so that recovery from one is tried as often as recovery from events alone. */
const snapshotBytesMin = 3_000;

const order = JSON.parse(process.argv[2] ?? '') as Order;
const { acknowledge, call } = new Ledger(order.ledger).writer(order.run);

function say(line: Ending | { readonly ready: true }): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

async function follow(execution: Execution): Promise<string> {
  const events = execution.events();
  const told = (async () => {
    for await (const event of events) {
      if (event.type !== 'attempt-succeeded') continue;
      const { task, visit, attempt, item } = event;
      acknowledge({ kind: 'completed', task, visit, attempt, ...(item === undefined ? {} : { item }) });
    }
  })();
  // The stream fails together with the execution, which says why.
  const [outcome] = await Promise.all([execution.outcome(), told.catch(() => undefined)]);
  acknowledge({ kind: 'ended', status: outcome.status });
  return outcome.status;
}

/** Takes the execution over, waiting for whoever holds it; undefined when there is none. */
async function recover(engine: Engine): Promise<Execution | undefined> {
  for (const deadlineMs = performance.now() + order.patienceMs; ; await sleep(50)) {
    try {
      const [execution] = await engine.recover({ id: order.execution });
      return execution;
    } catch (error) {
      const code = error instanceof EngineError ? error.code : undefined;
      if (code === 'EXECUTION_NOT_FOUND') return undefined;
      if (code !== 'EXECUTION_HELD' || performance.now() > deadlineMs) throw error;
    }
  }
}

async function perform(engine: Engine): Promise<Ending> {
  try {
    const recovered = await recover(engine);
    if (recovered !== undefined) {
      acknowledge({ kind: 'recovered' });
      return { found: 'unfinished', status: await follow(recovered) };
    }
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'EXECUTION_FINISHED') throw error;
    return { found: 'finished', status: (await engine.get(order.execution)).status };
  }
  const input = { numbers: numbersOf(order.work) };
  const started = await engine.start(definition, { id: order.execution, input });
  acknowledge({ kind: 'started' });
  return { found: 'nothing', status: await follow(started) };
}

function endingOf(error: unknown): Ending {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  return { error: { code, message: error instanceof Error ? error.message : String(error) } };
}

async function main(): Promise<Ending> {
  const store = await openStore(order.medium, order.execution);
  if (order.waits) {
    await store.get(order.execution);
    say({ ready: true });
    await new Promise((resolve) => process.stdin.once('data', resolve));
    process.stdin.destroy();
  }
  const engine = createEngine({
    ...{ store, actions: actionsOf(order.work, call), builtinActions: false },
    writePolicy: policies[order.policy](),
    recording: eventRecording({ snapshotBytesMin }),
  });
  const ending = await perform(engine).catch(endingOf);
  // What an engine has to say that has failed is said already.
  const closed = engine.close();
  await ('error' in ending ? closed.catch(() => undefined) : closed);
  return ending;
}

const ending = await main().catch(endingOf);
say(ending);
process.exitCode = 'error' in ending ? 1 : 0;
