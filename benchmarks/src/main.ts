import { mkdir, writeFile } from 'node:fs/promises';
import { withItems } from './cases/with-items.ts';
import { machineOf } from './machine.ts';
import { measureCells } from './measure.ts';
import { runWithBenny } from './run-benny.ts';
import { runWithMitata } from './run-mitata.ts';
import { contextForkTable, rowsOf, withItemsTable } from './report.ts';

/** `BENCH_QUICK=1` takes fewer rounds and sizes. */
const quick = process.env['BENCH_QUICK'] === '1';
const rounds = quick ? 3 : 9;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

print(`with-items: ${rounds} rounds, a fresh process for each cell, order shuffled in each round`);
const cells = await measureCells(withItems, {
  rounds,
  warmups: 3,
  onSample: (cell, sample, round) =>
    print(`  round ${round}  ${cell.strategy}: ${Math.round(cell.n / (sample.wallNs / 1e9))} items/s`),
});
const rows = rowsOf(cells);
print('');
print(withItemsTable(rows));

const completedTasks = quick ? [1, 100] : [1, 10, 100];
const mitata = await runWithMitata(completedTasks);
const benny = await runWithBenny(completedTasks);

print('');
print(contextForkTable(mitata, benny));

const results = new URL('../results/', import.meta.url);
await mkdir(results, { recursive: true });
const report = { v: 1, machine: machineOf(), rounds, rows, contextFork: { mitata, benny } };
await writeFile(new URL('latest.json', results), `${JSON.stringify(report, null, 2)}\n`);
print('raw samples: benchmarks/results/latest.json');
