import { join } from 'node:path';
import type { Edit } from '../../../simulation/test/mutated-sources.ts';
import { buildProgram } from '../build-program.ts';
import type { Case, CaseOutcome } from '../case.ts';
import type { Stage } from '../stage.ts';

/** A deliberate bug, the case that must find it, and the law that it breaks there. */
interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly foundBy: string;
  readonly breaks: RegExp;
}

const mutants: readonly Mutant[] = [
  {
    name: 'segment-file-sync-skipped',
    edits: [
      {
        file: 'packages/persistence/src/segment-file/file-system.ts',
        find: 'return this.#handle.datasync();',
        replace: 'return Promise.resolve();',
      },
    ],
    foundBy: 'power-cut/segment-file/group-commit',
    breaks: /the store can be read again|an acknowledged start is kept|no acknowledged completion is lost/,
  },
  {
    name: 'sqlite-sync-skipped',
    edits: [
      {
        file: 'packages/persistence-sqlite/src/open-connection.ts',
        find: 'PRAGMA synchronous = FULL',
        replace: 'PRAGMA synchronous = NORMAL',
      },
    ],
    foundBy: 'power-cut/sqlite/group-commit',
    breaks: /an acknowledged start is kept|no acknowledged completion is lost/,
  },
  {
    name: 'sqlite-fence-removed',
    edits: [
      {
        file: 'packages/persistence-sqlite/src/append-batch.ts',
        find: 'append.epoch !== row.epoch || row.owner_id === null',
        replace: 'false',
      },
      {
        file: 'packages/persistence-sqlite/src/append-batch.ts',
        find: 'append.sequence !== head + 1',
        replace: 'false',
      },
    ],
    foundBy: 'frozen-owner/sqlite/group-commit',
    breaks: /a stale epoch writes nothing|nothing is acknowledged to a former owner/,
  },
  {
    name: 'postgres-fence-removed',
    edits: [
      {
        file: 'packages/persistence-postgres/src/append-statements.ts',
        find: 'AND e.epoch = o.epoch AND e.head = o.head AND e.owner_id IS NOT NULL',
        replace: '',
      },
    ],
    foundBy: 'frozen-owner/postgres/group-commit',
    // The key of the journal keeps the records apart; what is left to find is that the former owner is not told why.
    breaks: /a former owner is told that it has lost the execution|a stale epoch writes nothing/,
  },
  {
    name: 'postgres-repeated-appends-not-recognized',
    edits: [
      {
        file: 'packages/persistence-postgres/src/append-statements.ts',
        find: 'return new Set(rows.map(({ id }) => id));',
        replace: 'return new Set(rows.slice(0, 0).map(({ id }) => id));',
      },
    ],
    foundBy: 'connection-frozen/postgres/group-commit',
    breaks: /a process goes on over lost connections/,
  },
  {
    name: 'answers-told-before-durable',
    edits: [
      {
        file: 'packages/coordinator/src/execution-runner.ts',
        find: 'this.#follow(written, () => this.#onDurable({ advanced, events, ended }));',
        replace: 'this.#onDurable({ advanced, events, ended }); this.#follow(written, () => undefined);',
      },
    ],
    foundBy: 'kill-write/segment-file/write-through',
    breaks: /no acknowledged completion is lost|nothing is acknowledged to a former owner/,
  },
  {
    name: 'finished-items-run-again',
    edits: [
      {
        file: 'packages/coordinator/src/core/items.ts',
        find: 'window.due = List(loseCalls(window))',
        replace: 'window.cursor = 0;\n  window.due = List(loseCalls(window))',
      },
    ],
    foundBy: 'kill-fdatasync/segment-file/group-commit',
    breaks: /nothing with a durable completion runs again|a recovered state is the one that replay gives/,
  },
];

/** A law that no bug can break proves nothing: each mutant has to be found, by a case that finds nothing in the sources. */
export function mutantCases(cases: readonly Case[]): readonly Case[] {
  return mutants.map((mutant) => {
    const found = cases.find(({ name }) => name === mutant.foundBy);
    if (found === undefined) throw new Error(`${mutant.name}: there is no case ${mutant.foundBy}`);
    return { name: `mutant/${mutant.name}`, needs: found.needs, run: (stage) => hunt(stage, mutant, found) };
  });
}

async function hunt(stage: Stage, { edits, breaks }: Mutant, by: Case): Promise<CaseOutcome> {
  const program = await buildProgram(join(stage.directory, 'program'), edits);
  const { counts, violations } = await by.run({ ...stage, program, stopsEarly: true });
  const isFound = violations.some(({ law }) => breaks.test(law));
  const laws = [...new Set(violations.map(({ law }) => law))].join('; ');
  const detail = `${by.name} found ${laws === '' ? 'nothing' : `only: ${laws}`}`;
  const missed = { law: 'every deliberate bug is found', place: by.name, detail };
  return { counts: { ...counts, mutantsFound: isFound ? 1 : 0 }, violations: isFound ? [] : [missed] };
}
