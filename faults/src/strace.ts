import { existsSync, readFileSync } from 'node:fs';

/** A fault at the nth of some calls that one thread makes. */
export interface Injection {
  /** The system call. */
  readonly call: string;
  readonly fault: 'kill' | 'EIO' | 'ENOSPC';
  readonly nth: number;
  /** Only calls that concern this file. */
  readonly path?: string;
}

/** The injection as the words of strace, which writes what it sees of these calls to `log`. Needs the program, or `-p`, behind it. */
export function straceWords({ call, fault, nth, path }: Injection, log: string): readonly string[] {
  const what = fault === 'kill' ? 'signal=SIGKILL' : `error=${fault}`;
  return [
    ...['strace', '-f', '-qq', '-y', '-ttt', '-o', log],
    ...['-e', `trace=${call}`, '-e', `inject=${call}:${what}:when=${nth}`],
    ...(path === undefined ? [] : ['-P', path]),
  ];
}

/** A call that was made to fail. */
export interface InjectedFailure {
  /** In milliseconds since 1970. */
  readonly atMs: number;
  /** The file that it was about, as the system names it. */
  readonly path: string;
}

/** The call that was made to fail; undefined when none was. */
export function injectedFailure(log: string): InjectedFailure | undefined {
  const line = linesOf(log).find((text) => text.endsWith('(INJECTED)')) ?? '';
  const [, seconds, path = ''] = / (\d+\.\d+) \w+\(\d+<(.*?)>/.exec(line) ?? [];
  return seconds === undefined ? undefined : { atMs: Number(seconds) * 1_000, path };
}

/** How many calls were seen. */
export function callCount(log: string): number {
  return linesOf(log).filter((text) => text.includes('(')).length;
}

function linesOf(log: string): readonly string[] {
  return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
}
