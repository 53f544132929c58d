import { itemContext } from '@weftline/context';
import { parseWorkflow, type WorkflowDefinition } from '@weftline/graph';
import type { Owner, Store } from '@weftline/persistence';
import { Coordinator } from '../coordinator.ts';
import type { AttemptRequest } from '../core/attempt-request.ts';
import { compileWorkflow } from '../core/program.ts';
import { chance } from '../core/retry.ts';
import type { ExecutionOutcome } from '../core/state.ts';
import type { ExecutionRunner } from '../execution-runner.ts';
import { loadExecution, type LoadedExecution } from '../load-execution.ts';
import type { ObservedBatch } from '../observers.ts';
import type { RecordingStrategy } from '../recording/recording.ts';
import type { AttemptOutcome, TaskExecutor } from '../task-executor.ts';

export const recordedExecution = 'x';

/** One owner may claim at once what it held in a former life. */
const owner: Owner = { id: 'recording', host: 'elsewhere', pid: 1 };

/** What one process did and was told, until the end or until its store crashed. */
export interface Life {
  /** Undefined when the store crashed before the end. */
  readonly outcome: ExecutionOutcome | undefined;
  /** Attempts that were made: `task/visit[/index]#attempt`. */
  readonly made: readonly string[];
  /** Attempts whose success is durable for certain, because an observer was told. */
  readonly told: readonly string[];
  readonly batches: readonly ObservedBatch[];
}

/** Starts the execution, or takes it up when it is there, and lives until its end or until the store crashes. */
export async function live(store: Store, recording: RecordingStrategy, definition: WorkflowDefinition): Promise<Life> {
  const made: string[] = [];
  const batches: ObservedBatch[] = [];
  const coordinator = new Coordinator({
    ...{ store, recording, owner, context: itemContext(), executor: executorNoting(made) },
  });
  let outcome: ExecutionOutcome | undefined;
  try {
    const runner = await begin(coordinator, store, definition);
    runner.observe({ onBatch: (batch) => void batches.push(batch), onClose: () => undefined });
    outcome = await runner.outcome();
  } catch (error) {
    if (!isCrash(error)) throw error;
  } finally {
    await coordinator.close();
  }
  return { outcome, made, told: batches.flatMap(toldBy), batches };
}

export function load(store: Store): Promise<LoadedExecution> {
  return loadExecution(store, recordedExecution, (definition) => ({
    program: compileWorkflow(definition),
    context: itemContext(),
  }));
}

/** A workflow without its first two lines, indented by four as it stands in the suite. */
export function workflowOf(text: string): WorkflowDefinition {
  return parseWorkflow(`    weftline: 1\n    name: recorded${text}`, { file: 'recorded.yaml' });
}

async function begin(coordinator: Coordinator, store: Store, definition: WorkflowDefinition): Promise<ExecutionRunner> {
  const exists = (await store.get(recordedExecution)) !== undefined;
  if (exists) return coordinator.recover(recordedExecution);
  return coordinator.start({ id: recordedExecution, definition, input: { n: 3 }, env: { HOME: '/' }, labels: {} });
}

function isCrash(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'STORE_UNKNOWN_OUTCOME';
}

/** Echoes the input, at once or some turns later; `flaky` fails at its first attempt, `broken` always. */
function executorNoting(made: string[]): TaskExecutor {
  return {
    knows: () => true,
    suggest: () => undefined,
    execute: (request) => {
      made.push(`${request.idempotencyKey.slice(recordedExecution.length + 1)}#${request.attempt}`);
      const turns = Math.floor(chance(request.idempotencyKey) * 3);
      return turns === 0 ? answerTo(request) : someTurns(turns).then(() => answerTo(request));
    },
  };
}

function answerTo({ action, attempt, input }: AttemptRequest): AttemptOutcome {
  if (action !== 'broken' && (action !== 'flaky' || attempt > 1)) return { ok: true, result: input };
  return { ok: false, failure: { kind: 'application', message: 'no luck', retryable: true } };
}

async function someTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function toldBy({ notices }: ObservedBatch): readonly string[] {
  return notices.flatMap((notice) => {
    if (notice.type !== 'attempt-succeeded') return [];
    const { task, visit, item, attempt } = notice;
    return [`${task}/${visit}${item === undefined ? '' : `/${item}`}#${attempt}`];
  });
}
