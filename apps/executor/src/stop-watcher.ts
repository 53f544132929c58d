import { formatDuration } from './duration.ts';
import { ExitCode } from './exit-code.ts';
import { Interruption } from './interruption.ts';
import type { StopSignal } from './interruption.ts';

/** Why an execution is let go of before its end. */
export interface StopReason {
  readonly exitCode: ExitCode;
  /** For people, e.g. `interrupted`. */
  readonly text: string;
}

/** The part of `process` that signals come from. */
export interface SignalSource {
  on(signal: StopSignal, listener: () => void): unknown;
  off(signal: StopSignal, listener: () => void): unknown;
}

export interface StopWatcherOptions {
  readonly signals: SignalSource;
  readonly now: () => number;
  /** `--timeout`. */
  readonly timeoutMs?: number | undefined;
  /** Resolves when nobody reads stdout any more. */
  readonly readerGone: Promise<void>;
  /** Ends the process at once. */
  readonly leave: (exitCode: ExitCode) => void;
}

const REASONS: Readonly<Record<StopSignal, StopReason>> = {
  SIGINT: { exitCode: ExitCode.interrupted, text: 'interrupted' },
  SIGTERM: { exitCode: ExitCode.terminated, text: 'terminated' },
};

/** Listens for everything that stops an execution early: signals, the time limit, a reader that has gone. */
export class StopWatcher {
  /** The first reason; the execution is to be paused. */
  readonly stopped: Promise<StopReason>;
  /** Attempts in flight are not to be waited for any longer. */
  readonly aborted: Promise<void>;
  readonly #dispose: () => void;

  constructor(options: StopWatcherOptions) {
    const { signals, timeoutMs, leave } = options;
    let stop: (reason: StopReason) => void = () => undefined;
    let abort: () => void = () => undefined;
    this.stopped = new Promise((resolve) => (stop = resolve));
    this.aborted = new Promise((resolve) => (abort = resolve));
    const interruption = new Interruption({
      now: options.now,
      onStage(stage, signal) {
        if (stage === 'pause') stop(REASONS[signal]);
        else if (stage === 'abort') abort();
        else leave(REASONS[signal].exitCode);
      },
    });
    const onInterrupt = (): void => interruption.receive('SIGINT');
    const onTerminate = (): void => interruption.receive('SIGTERM');
    signals.on('SIGINT', onInterrupt);
    signals.on('SIGTERM', onTerminate);
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => stop(timedOut(timeoutMs)), timeoutMs);
    void options.readerGone.then(() => stop({ exitCode: ExitCode.paused, text: 'nobody reads the output' }));
    this.#dispose = () => {
      signals.off('SIGINT', onInterrupt);
      signals.off('SIGTERM', onTerminate);
      clearTimeout(timer);
    };
  }

  dispose(): void {
    this.#dispose();
  }
}

function timedOut(timeoutMs: number): StopReason {
  return { exitCode: ExitCode.timedOut, text: `not finished after ${formatDuration(timeoutMs)}` };
}
