import type { ContextStrategy } from '@weftline/context';
import type { WorkflowDefinition } from '@weftline/graph';
import type { Owner, Store } from '@weftline/persistence';
import type { Clock } from './clock.ts';
import type { ExecutionStarted } from './core/event.ts';
import type { RecordingStrategy } from './recording/recording.ts';
import type { RunnerEnvironment } from './runner-environment.ts';
import type { StateAccessStrategy } from './state-access/state-access.ts';
import type { TaskExecutor } from './task-executor.ts';
import type { WakeStrategy } from './wake/wake.ts';

export interface CoordinatorOptions {
  readonly store: Store;
  readonly owner: Owner;
  readonly executor: TaskExecutor;
  readonly context: ContextStrategy;
  /** Default: the system clock. */
  readonly clock?: Clock;
  /** What is written for each batch of events. Default: event recording. */
  readonly recording?: RecordingStrategy;
  /** Default: mailbox. */
  readonly stateAccess?: StateAccessStrategy;
  /** Default: event-driven. */
  readonly wake?: WakeStrategy;
  /** Visible as `secret.<name>` in task inputs. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Attempts in flight over all executions; default 1,000. */
  readonly attemptsMax?: number;
  /** Events of one execution on their way to the store, above which the next ones wait; default 10,000. */
  readonly pendingRecordsMax?: number;
  /** Asked before an execution is started or recovered; throws when its definition cannot run here. */
  readonly admit?: (definition: WorkflowDefinition) => void;
  readonly onLog?: RunnerEnvironment['onLog'];
}

export type NewExecutionOptions = Omit<ExecutionStarted, 'type' | 'atMs'>;
