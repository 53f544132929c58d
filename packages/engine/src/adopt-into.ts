import { Adoption, CoordinatorError, type Clock, type Coordinator, type ExecutionRunner } from '@weftline/coordinator';
import type { Store } from '@weftline/persistence';
import { ulid } from 'ulid';
import type { LogEntry } from './log-entry.ts';

export interface AdoptIntoOptions {
  readonly coordinator: Coordinator;
  readonly store: Store;
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly executionsMax: number;
  readonly log: (entry: LogEntry) => void;
}

/** Takes up what nobody runs into the coordinator, and lets go of what becomes paused there, so that anybody may resume it. */
export function adoptInto(options: AdoptIntoOptions, onAdopted: (runner: ExecutionRunner) => void): Adoption {
  const { coordinator, store, clock, intervalMs, executionsMax, log } = options;
  return new Adoption({
    ...{ coordinator, store, clock, intervalMs, executionsMax, name: ulid() },
    onAdopted(runner) {
      onAdopted(runner);
      void releaseWhenPaused(runner, options);
    },
    onFailure(error, execution) {
      const message = `${execution === undefined ? 'looking for executions failed' : 'not taken up'}: ${textOf(error)}`;
      log({ level: 'error', message, ...(execution === undefined ? {} : { execution }) });
    },
  });
}

async function releaseWhenPaused(runner: ExecutionRunner, { coordinator, log }: AdoptIntoOptions): Promise<void> {
  try {
    await runner.until(({ status, outcome }) => status === 'paused' || outcome !== undefined);
    if (runner.state.outcome === undefined) await coordinator.release(runner.id);
  } catch (error) {
    // An execution that was stopped has said why; what is let go of by others is nothing to tell.
    if (error instanceof CoordinatorError) return;
    log({ level: 'debug', message: `not watched any more: ${textOf(error)}`, execution: runner.id });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
