import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleMutant, type Mutant } from './bundle-mutant.ts';

const directory = mkdtempSync(join(tmpdir(), 'weftline-mutants-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Seeds within which every deliberate bug must show. */
const seeds = 4_000;

const mutants: readonly (Mutant & { readonly breaks: RegExp })[] = [
  {
    name: 'the sync is skipped',
    file: 'packages/persistence/src/segment-file/segment-log.ts',
    find: 'Promise.allSettled([segment.file.sync(), this.#options.isHeld()])',
    replace: 'Promise.allSettled([Promise.resolve(), this.#options.isHeld()])',
    breaks: /the database can be read|an acknowledged start is kept|no acknowledged completion is lost/,
  },
  {
    name: 'the fence is removed',
    file: 'packages/persistence/src/execution-table.ts',
    find: 'append.epoch !== entry.epoch || entry.owner === undefined',
    replace: 'entry.owner === undefined',
    breaks: /a stale epoch writes nothing|epochs never go back/,
  },
  {
    name: 'answers are applied as often as they come',
    file: 'packages/coordinator/src/core/items.ts',
    find: 'if (window.running.get(answer.index) !== answer.attempt) return false;',
    replace: '',
    breaks: /no completion is applied twice|counts are those of the results|an item succeeds or fails/,
  },
  {
    name: 'successors do not wait for durability',
    file: 'packages/coordinator/src/execution-runner.ts',
    find: 'this.#follow(written, () => this.#onDurable({ advanced, events, ended }));',
    replace: 'this.#onDurable({ advanced, events, ended }); this.#follow(written, () => undefined);',
    breaks: /no acknowledged completion is lost|an end that was told stands/,
  },
  {
    name: 'a lease that could not be given back is held for ever',
    file: 'packages/coordinator/src/ownership.ts',
    find: 'this.#orphans.add(lease.execution);',
    replace: '',
    breaks: /every execution comes to an end or waits/,
  },
];

function run(
  program: string,
  count: number = seeds,
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [program, '--seeds', String(count)], { encoding: 'utf8' });
}

describe('the simulation', { timeout: 600_000 }, () => {
  it('finds nothing in the sources as they are, bundled like the mutants', async () => {
    const program = join(directory, 'sources.mjs');
    await bundleMutant(program, undefined);
    expect(run(program, 200)).toMatchObject({ status: 0, stderr: '' });
  });

  it.each(mutants)('finds that $name', async (mutant) => {
    const program = join(directory, 'mutant.mjs');
    await bundleMutant(program, mutant);
    const { status, stdout, stderr } = run(program);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(/broke: (.*)/.exec(stdout)?.[1]).toMatch(mutant.breaks);
  });
});
