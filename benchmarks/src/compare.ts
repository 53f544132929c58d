import { readFileSync } from 'node:fs';
import { argv } from 'node:process';
import { parseResult, ResultError, type BenchResult } from './result.ts';
import { shownRatio } from './report/shown.ts';
import type { Row } from './rows.ts';

/*
 * `node dist/compare.js before.json after.json`: what became of ratios and exponents. Times of two runs are never compared: machines
 * differ, and one machine differs from day to day; ratios to a baseline of the same run stand.
 */

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function read(file: string): BenchResult {
  return parseResult(readFileSync(file, 'utf8'), file);
}

function keyOf({ scenario, strategy, n, c, harness }: Row): string {
  return `${scenario} / ${strategy} n=${n} c=${c} ${harness}`;
}

/** A change is told only where the intervals of both ratios leave each other out. */
function changesOfRatios(before: BenchResult, after: BenchResult): readonly string[] {
  const former = new Map(before.rows.map((row) => [keyOf(row), row]));
  return after.rows.flatMap((row) => {
    const was = former.get(keyOf(row));
    if (was?.ratioToFloorInterval == null || row.ratioToFloorInterval === null) return [];
    const [a, b] = [was.ratioToFloorInterval, row.ratioToFloorInterval];
    const changed = a.high < b.low ? 'slower' : b.high < a.low ? 'faster' : undefined;
    if (changed === undefined) return [];
    return [
      `${changed}: ${keyOf(row)}: to floor ${shownRatio(was.ratioToFloor, a)} -> ${shownRatio(row.ratioToFloor, b)}`,
    ];
  });
}

function changesOfExponents(before: BenchResult, after: BenchResult): readonly string[] {
  return after.growth.flatMap(({ scenario, strategy, exponentN, exponentC, ci, at }) => {
    const where = JSON.stringify(at);
    const was = before.growth.find(
      (growth) => growth.scenario === scenario && growth.strategy === strategy && JSON.stringify(growth.at) === where,
    );
    if (ci === null || was?.ci == null || (ci.low <= was.ci.high && was.ci.low <= ci.high)) return [];
    const [then, now] = [was.exponentN ?? was.exponentC ?? 0, exponentN ?? exponentC ?? 0];
    return [`exponent: ${scenario} / ${strategy} at ${where}: ${then.toFixed(3)} -> ${now.toFixed(3)}`];
  });
}

try {
  const [beforeFile, afterFile] = argv.slice(2);
  if (beforeFile === undefined || afterFile === undefined)
    throw new ResultError('usage: compare before.json after.json');
  const [before, after] = [read(beforeFile), read(afterFile)];
  const lines = [...changesOfRatios(before, after), ...changesOfExponents(before, after)];
  for (const line of lines) print(line);
  if (lines.length === 0) print('no difference shown');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
