import { readFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseResult } from './result.ts';
import { exceeded, type Threshold } from './thresholds.ts';

/* `node dist/check.js [result.json] [thresholds.json]`: exit code 1 when a ratio or an exponent is over its bound. */

const inFolder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const [file = inFolder('../results/latest.json'), bounds = inFolder('../thresholds.json')] = argv.slice(2);

try {
  const thresholds = JSON.parse(readFileSync(bounds, 'utf8')) as readonly Threshold[];
  const lines = exceeded(parseResult(readFileSync(file, 'utf8'), file), thresholds);
  for (const line of lines) process.stderr.write(`${line}\n`);
  if (lines.length === 0) process.stdout.write(`all ${thresholds.length} thresholds are kept\n`);
  process.exitCode = lines.length === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
