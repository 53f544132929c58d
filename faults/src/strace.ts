import { existsSync, readFileSync } from 'node:fs';

/** A fault at the nth call of a kind. */
export interface Injection {
  /** System calls, separated by commas. */
  readonly calls: string;
  readonly fault: 'kill' | 'EIO' | 'ENOSPC';
  readonly nth: number;
  /** Only calls that concern this file. */
  readonly path?: string;
}

/** The injection as the words of strace, which writes what it sees of these calls to `log`. Needs the program, or `-p`, behind it. */
export function straceWords({ calls, fault, nth, path }: Injection, log: string): readonly string[] {
  const what = fault === 'kill' ? 'signal=SIGKILL' : `error=${fault}`;
  return [
    ...['strace', '-f', '-qq', '-y', '-ttt', '-o', log],
    ...['-e', `trace=${calls}`, '-e', `inject=${calls}:${what}:when=${nth}`],
    ...(path === undefined ? [] : ['-P', path]),
  ];
}

/** When a call was made to fail, in milliseconds since 1970; undefined when none was. */
export function injectedAtMs(log: string): number | undefined {
  const line = linesOf(log).find((text) => text.endsWith('(INJECTED)'));
  const seconds = line === undefined ? undefined : / (\d+\.\d+) /.exec(line)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

/** The call that a process did not survive, as strace has it. */
export function lastCall(log: string): string | undefined {
  return linesOf(log).findLast((text) => text.includes('('));
}

/** How many calls were seen. */
export function callCount(log: string): number {
  return linesOf(log).filter((text) => text.includes('(')).length;
}

function linesOf(log: string): readonly string[] {
  return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
}
