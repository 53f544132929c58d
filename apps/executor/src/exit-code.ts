/** What the process tells its caller; scripts rely on these numbers. */
export const ExitCode = {
  succeeded: 0,
  failed: 1,
  /** Bad flag, argument or configuration. */
  usage: 2,
  /** The workflow or its input is not valid. */
  invalid: 3,
  canceled: 4,
  /** No such execution, task or file. */
  notFound: 5,
  /** The store cannot be reached, is damaged or full, or refuses. */
  unavailable: 6,
  paused: 7,
  /** A command that looks at a store has found that something in it is damaged. */
  damaged: 8,
  /** A fault of weftline itself (EX_SOFTWARE of sysexits.h). */
  internal: 70,
  /** `--timeout` passed, as in coreutils. */
  timedOut: 124,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The exit code of a finished execution. */
export function exitCodeOfStatus(status: string): ExitCode {
  if (status === 'succeeded') return ExitCode.succeeded;
  if (status === 'canceled') return ExitCode.canceled;
  return ExitCode.failed;
}
