import type { Store } from '@weftline/persistence';
import type { AttemptGate } from './attempt-gate.ts';
import type { Clock } from './clock.ts';
import type { RecordingStrategy } from './recording/recording.ts';
import type { StateAccessStrategy } from './state-access/state-access.ts';
import type { LogLevel, TaskExecutor } from './task-executor.ts';
import type { WakeStrategy } from './wake/wake.ts';

/** What a log entry is about. */
export interface LogPlace {
  readonly execution: string;
  readonly task?: string;
  readonly item?: number;
}

/** What every execution of a coordinator shares. */
export interface RunnerEnvironment {
  readonly store: Store;
  readonly executor: TaskExecutor;
  readonly clock: Clock;
  readonly recording: RecordingStrategy;
  readonly stateAccess: StateAccessStrategy;
  readonly wake: WakeStrategy;
  readonly gate: AttemptGate;
  readonly secrets: Readonly<Record<string, string>>;
  /** Events handed to the store and not yet durable, above which the next ones wait. */
  readonly pendingRecordsMax: number;
  onLog(
    level: LogLevel,
    message: string,
    place: LogPlace & { readonly fields?: Readonly<Record<string, unknown>> },
  ): void;
}
