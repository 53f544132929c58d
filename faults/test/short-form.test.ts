import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAbilities } from '../src/abilities.ts';
import { allCases } from '../src/all-cases.ts';
import { buildProgram } from '../src/build-program.ts';
import { Resources } from '../src/resources.ts';
import { runCases, type CaseReport } from '../src/run-cases.ts';

// A few points of the suite for each store, and one deliberate bug; `npm run faults` tries all of them.

const limits = { stride: 9, pointsMax: 2, stopsEarly: false };

const names = [
  ...['kill-write/segment-file/group-commit', 'kill-fdatasync/segment-file/write-through'],
  ...['kill-write/sqlite/group-commit', 'kill-send/postgres/group-commit'],
  ...['fail-fdatasync-EIO/segment-file/group-commit', 'fail-write-EIO/sqlite/write-through'],
  ...['power-cut/segment-file/write-through', 'power-cut/sqlite/group-commit'],
  ...['full-disk/segment-file/group-commit', 'connection-dropped/postgres/write-through'],
  'mutant/sqlite-sync-skipped',
];

const abilities = findAbilities();
const cases = allCases.filter(({ name }) => names.includes(name));
for (const { name, needs } of cases) {
  const missing = needs.flatMap((ability) => abilities[ability] ?? []);
  if (missing.length > 0) console.warn(`\n*** SKIPPED: ${name}: ${missing.join('; ')} ***\n`);
}

describe('a process that runs a list', { timeout: 180_000 }, () => {
  const resources = new Resources();
  let directory: string;
  let program: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'weftline-faults-'));
    program = await buildProgram(join(directory, 'program'), []);
  });
  afterAll(() => {
    resources.releaseAll();
    rmSync(directory, { recursive: true, force: true });
  });

  it('has all the cases that are named here', () => {
    expect(cases.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  it.each(cases.filter(({ needs }) => needs.every((ability) => abilities[ability] === undefined)))(
    'keeps every law: $name',
    async (each) => {
      const [report] = await runCases([each], {
        ...{ directory, program, resources, abilities, concurrency: 1, limits },
        onReport: () => undefined,
      });
      expect(report).toMatchObject({ violations: [] } satisfies Partial<CaseReport>);
    },
  );
});
