import { cpSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from './listed-work.ts';

/** Something a process was told as durable. */
export type Acknowledgement =
  | { readonly kind: 'started' | 'recovered' }
  | {
      readonly kind: 'completed';
      readonly task: string;
      readonly visit: number;
      readonly attempt: number;
      readonly item?: number;
    }
  | { readonly kind: 'ended'; readonly status: string };

/** Who wrote a line, counting the processes of one execution from 1, and when, in milliseconds since 1970. */
export interface Line {
  readonly run: number;
  readonly atMs: number;
}

/**
 * What the processes of one execution were told and what they called, in two files outside of the store. A line is written before
 * anything else can happen, so it survives the end of its process.
 */
export class Ledger {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  get acknowledgedFile(): string {
    return join(this.directory, 'acknowledged');
  }

  get #callsFile(): string {
    return join(this.directory, 'calls');
  }

  writer(run: number): { readonly acknowledge: (line: Acknowledgement) => void; readonly call: (call: Call) => void } {
    const acknowledged = openSync(this.acknowledgedFile, 'a');
    const calls = openSync(this.#callsFile, 'a');
    const write = (file: number, line: object): void => {
      const atMs = performance.timeOrigin + performance.now();
      writeSync(file, `${JSON.stringify({ run, atMs, ...line })}\n`);
    };
    return { acknowledge: (line) => write(acknowledged, line), call: (line) => write(calls, line) };
  }

  acknowledged(): readonly (Line & Acknowledgement)[] {
    return readLines(this.acknowledgedFile) as (Line & Acknowledgement)[];
  }

  calls(): readonly (Line & Call)[] {
    return readLines(this.#callsFile) as (Line & Call)[];
  }

  /** How many completions were acknowledged to a run. */
  completed(run: number): number {
    return this.acknowledged().filter((line) => line.kind === 'completed' && line.run === run).length;
  }

  /** What it says now, as another ledger. */
  copy(directory: string): Ledger {
    cpSync(this.directory, directory, { recursive: true });
    return new Ledger(directory);
  }
}

function readLines(file: string): unknown[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as unknown);
}
