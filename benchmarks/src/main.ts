import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { htmlReport } from './report/html.ts';
import { markdownReport } from './report/markdown.ts';
import type { BenchResult } from './result.ts';
import { runBenchmarks } from './run-benchmarks.ts';
import { loadScenario, scenarioNames } from './scenarios/index.ts';
import { readSettings, SettingsError, variables } from './settings.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function write(result: BenchResult, out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  const json = `${JSON.stringify(result)}\n`;
  const name = `${result.date.slice(0, 19).replaceAll(':', '-')}-${result.machine.commit?.slice(0, 10) ?? 'unknown'}`;
  await writeFile(join(out, 'latest.json'), json);
  await writeFile(join(out, `${name}.json`), json);
  await writeFile(join(out, 'report.md'), markdownReport(result));
  await writeFile(join(out, 'report.html'), htmlReport(result));
}

async function main(): Promise<number> {
  if (process.env['BENCH_HELP'] === '1') {
    for (const [name, text] of Object.entries(variables)) print(`${name.padEnd(22)} ${text}`);
    print(`scenarios: ${scenarioNames.join(', ')}`);
    return 0;
  }
  const settings = readSettings(process.env, fileURLToPath(new URL('../results', import.meta.url)));
  const scenarios = await Promise.all(scenarioNames.map(loadScenario));
  const result = await runBenchmarks(scenarios, settings, print);
  print(markdownReport(result));
  await write(result, settings.out);
  print(`results: ${settings.out} (latest.json, report.md, report.html)`);
  return result.failed.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
