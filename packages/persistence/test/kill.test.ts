import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTexts, summaryOf } from '../src/conformance/harness.ts';
import { segmentFileStore } from '../src/segment-file-store.ts';

const kills = 30;

let directory: string;
let program: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'weftline-kill-'));
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  program = join(directory, 'appending-process.js');
  const entryPoints = [fileURLToPath(new URL('./appending-process.ts', import.meta.url))];
  await build({ entryPoints, outfile: program, bundle: true, platform: 'node', format: 'esm', target: 'node20' });
}, 60_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Acknowledged {
  readonly epoch: number;
  readonly head: number;
}

/** Lets a process append until it has acknowledged so many times, kills it, and answers the last it said of each execution. */
async function appendAndKill(journal: string, acknowledgements: number): Promise<Map<string, Acknowledged>> {
  const child = spawn(process.execPath, [program, journal], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const exited = once(child, 'exit');
  const said = new Map<string, Acknowledged>();
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [id = '', epoch, head] = line.split(' ');
    said.set(id, { epoch: Number(epoch), head: Number(head) });
    if (++lines === acknowledgements) child.kill('SIGKILL');
  }
  await exited;
  expect(errors).toBe('');
  return said;
}

it(`keeps what it acknowledged when its process is killed ${kills} times in the middle of appending`, async () => {
  const journal = join(directory, 'journal');
  for (let round = 1; round <= kills; round++) {
    const said = await appendAndKill(journal, 4 + ((round * 37) % 101));
    const store = segmentFileStore({ directory: journal });
    for (const [id, { epoch, head }] of said) {
      const texts = await readTexts(store, id);
      expect(texts.length).toBeGreaterThanOrEqual(head);
      expect(texts).toEqual(texts.map((_, place) => `${id} ${place + 1}`));
      const summary = await summaryOf(store, id);
      expect(summary).toMatchObject({ epoch, head: texts.length });
      if (texts.length > 0) expect(summary.status).toBe(`at ${texts.length}`);
    }
    await store.close();
  }
}, 120_000);
