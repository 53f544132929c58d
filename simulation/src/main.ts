import { parseArgs } from 'node:util';
import { runSeed } from './run-seed.ts';
import { shrink } from './shrink.ts';

/*
 * `--from 1 --seeds 1000` runs so many seeds; the first that fails is shrunk, printed and ends it with status 1.
 * `--seed 42 [--executions 1] [--disturbances 3]` runs one and prints all that happened.
 */
const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    executions: { type: 'string' },
    disturbances: { type: 'string' },
  },
});

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  process.stderr.write(`--${name}: expected a whole number, got ${JSON.stringify(text)}\n`);
  process.exit(2);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function runOne(seed: number): Promise<number> {
  const { executions, disturbances } = values;
  const report = await runSeed({
    seed,
    ...(executions === undefined ? {} : { executionsMax: wholeNumber('executions', executions) }),
    ...(disturbances === undefined ? {} : { disturbancesMax: wholeNumber('disturbances', disturbances) }),
  });
  print(JSON.stringify(report, undefined, 2));
  return report.violations.length === 0 ? 0 : 1;
}

async function runMany(from: number, seeds: number): Promise<number> {
  const totals = { executions: 0, completions: 0, restarts: 0, disturbances: 0 };
  for (let seed = from; seed < from + seeds; seed += 1) {
    const report = await runSeed({ seed });
    totals.executions += report.executions;
    totals.completions += report.completions;
    totals.restarts += report.restarts;
    totals.disturbances += report.disturbances.length;
    if (report.violations.length === 0) continue;
    const least = await shrink(seed);
    print(JSON.stringify({ ...report, least }, undefined, 2));
    print(`seed ${seed} broke: ${[...new Set(report.violations.map(({ law }) => law))].join('; ')}`);
    return 1;
  }
  print(`${seeds} seeds from ${from} kept every law: ${JSON.stringify(totals)}`);
  return 0;
}

process.exitCode =
  values.seed === undefined
    ? await runMany(wholeNumber('from', values.from), wholeNumber('seeds', values.seeds))
    : await runOne(wholeNumber('seed', values.seed));
