import type { GrowthRow, Row } from './rows.ts';

/** What the report has to show; a missed one stays in it, with what was measured. */
export interface Target {
  readonly name: string;
  readonly aim: string;
  /** Null where its cells were not measured. */
  readonly measured: string | null;
  readonly status: 'reached' | 'missed' | 'not measured';
  /** The cell to look into when it is missed. */
  readonly cell: {
    readonly scenario: string;
    readonly strategy: string;
    readonly n: number;
    readonly c: number;
  } | null;
}

type Verdict = { readonly measured: string; readonly reached: boolean; readonly row: Row | undefined } | undefined;

interface Aim {
  readonly name: string;
  readonly aim: string;
  readonly judge: (found: Found) => Verdict;
}

/** Looks things up in the results of one run. */
class Found {
  readonly #rows: readonly Row[];
  readonly #growth: readonly GrowthRow[];

  constructor(rows: readonly Row[], growth: readonly GrowthRow[]) {
    this.#rows = rows.filter(({ harness }) => harness !== 'benny');
    this.#growth = growth;
  }

  row(scenario: string, strategy: string, size: { readonly n?: number; readonly c?: number }): Row | undefined {
    return this.#rows.find(
      (row) =>
        row.scenario === scenario &&
        row.strategy === strategy &&
        (size.n === undefined || row.n === size.n) &&
        (size.c === undefined || row.c === size.c),
    );
  }

  exponent(scenario: string, strategy: string, axis: 'exponentN' | 'exponentC'): GrowthRow | undefined {
    return this.#growth.find(
      (growth) =>
        growth.scenario === scenario && growth.strategy === strategy && growth[axis] !== null && growth.at !== null,
    );
  }
}

function flatInC(scenario: string, strategy: string): Aim {
  return {
    name: `${scenario}: the default does not depend on what the context knows`,
    aim: 'exponent in C within 0 ± 0.05',
    judge(found) {
      const growth = found.exponent(scenario, strategy, 'exponentC');
      if (growth?.exponentC == null) return undefined;
      const measured = `${growth.exponentC.toFixed(3)} (${growth.ci?.low.toFixed(3) ?? ''} to ${growth.ci?.high.toFixed(3) ?? ''})`;
      return {
        measured,
        reached: Math.abs(growth.exponentC) <= 0.05,
        row: found.row(scenario, strategy, { c: 1_000 }),
      };
    },
  };
}

function compare(
  name: string,
  aim: string,
  options: {
    readonly of: (found: Found) => Row | undefined;
    readonly to: (found: Found) => Row | undefined;
    readonly most: number;
  },
): Aim {
  return {
    name,
    aim,
    judge(found) {
      const [row, other] = [options.of(found), options.to(found)];
      if (row === undefined || other === undefined) return undefined;
      const ratio = row.medianNs / other.medianNs;
      const measured =
        ratio < 0.1 ? `${Math.round(1 / ratio).toLocaleString('en')} times faster` : `${ratio.toFixed(2)} times`;
      return { measured, reached: ratio <= options.most, row };
    },
  };
}

function groupsAgainstSingles(store: string, least: number): Aim {
  const scenario = 'concurrent-appends';
  return {
    name: `${scenario}: group commit on ${store} against a commit each, 100 producers`,
    aim: `at least ${least} times faster, event loop late by less than 60 ms (99 %)`,
    judge(found) {
      const row = found.row(scenario, `${store}, group-commit`, { n: 100 });
      const other = found.row(scenario, `${store}, write-through`, { n: 100 });
      if (row === undefined || other === undefined) return undefined;
      const [ratio, late] = [other.medianNs / row.medianNs, row.figures['loopDelayP99Ms'] ?? Number.NaN];
      const measured = `${ratio.toFixed(0)} times, ${late.toFixed(1)} ms`;
      return { measured, reached: ratio >= least && late < 60, row };
    },
  };
}

function bytesPerRecord(store: string): Aim {
  const scenario = 'concurrent-appends';
  return {
    name: `${scenario}: bytes that ${store} writes for each byte of a record, groups of 1,000`,
    aim: 'at most 1.3',
    judge(found) {
      const row = found.row(scenario, `${store}, group-commit`, { n: 1_000 });
      const bytes = row?.figures['mediumBytesPerRecordByte'];
      if (row === undefined || bytes === undefined) return undefined;
      return { measured: bytes.toFixed(2), reached: bytes <= 1.3, row };
    },
  };
}

function flatTimePerItem(strategy: string): Aim {
  return compare(`long-lists: an item of a million against one of ten thousand (${strategy})`, 'within 15 %', {
    ...{ of: (found) => found.row('long-lists', strategy, { n: 1_000_000 }), most: 1.15 },
    to: (found) => found.row('long-lists', strategy, { n: 10_000 }),
  });
}

function boundedMemory(strategy: string, megabytes: number): Aim {
  return {
    name: `long-lists: memory above the idle engine for a million items (${strategy})`,
    aim: `under ${megabytes} MB`,
    judge(found) {
      const row = found.row('long-lists', strategy, { n: 1_000_000 });
      const peak = row?.figures['peakMegabytesAboveIdle'];
      if (row === undefined || peak === undefined) return undefined;
      return { measured: `${peak.toFixed(0)} MB`, reached: peak < megabytes, row };
    },
  };
}

const fork = 'context-fork';
const largest = 10_000;

const aims: readonly Aim[] = [
  flatInC(fork, 'item-context'),
  compare(`${fork}: the default against structuredClone at 100 tasks of 10 KB`, 'at least 1,000 times faster', {
    ...{ of: (found) => found.row(fork, 'item-context', { c: 100 }), most: 1 / 1_000 },
    to: (found) => found.row(fork, 'deep-clone-context/structured-clone', { c: 100 }),
  }),
  compare(`${fork}: the default against a bare literal`, 'within 3 times', {
    ...{ of: (found) => found.row(fork, 'item-context', { c: 100 }), most: 3 },
    to: (found) => found.row(fork, 'literal', { c: 100 }),
  }),
  {
    name: `${fork}: what one fork of the default keeps alive`,
    aim: 'at most 64 bytes',
    judge(found) {
      const row = found.row(fork, 'item-context', { c: 100 });
      if (row?.retainedBytes == null) return undefined;
      // Objects are whole bytes; what is left of one is the noise of the heap, shared by all that are held.
      return { measured: `${row.retainedBytes.toFixed(1)} bytes`, reached: Math.round(row.retainedBytes) <= 64, row };
    },
  },
  flatInC('context-fork-render', 'item-context'),
  {
    name: 'with-items: time grows with the number of items',
    aim: 'exponent in N at most 1.05',
    judge(found) {
      const growth = found.exponent('with-items', 'default', 'exponentN');
      if (growth?.exponentN == null) return undefined;
      const row = found.row('with-items', 'default', { n: largest });
      return { measured: growth.exponentN.toFixed(3), reached: growth.exponentN <= 1.05, row };
    },
  },
  compare('with-items: an item with 100 completed tasks against one with none', 'within 10 %', {
    ...{ of: (found) => found.row('with-items', 'default', { n: largest, c: 100 }), most: 1.1 },
    to: (found) => found.row('with-items', 'default', { n: largest, c: 0 }),
  }),
  compare('with-items: the whole engine in memory against p-limit', 'within 5 times', {
    ...{ of: (found) => found.row('with-items', 'default', { n: largest, c: 0 }), most: 5 },
    to: (found) => found.row('with-items', 'p-limit', { n: largest, c: 0 }),
  }),
  {
    name: 'wake-latency: from the last item to the end, event-driven',
    aim: 'under 2 ms, without a wake-up while nothing happens',
    judge(found) {
      const row = found.row('wake-latency', 'event-driven', {});
      if (row === undefined) return undefined;
      const idle = row.figures['idleWakeUps'] ?? Number.NaN;
      const measured = `${(row.medianNs / 1e6).toFixed(2)} ms, ${idle} idle wake-ups`;
      return { measured, reached: row.medianNs < 2e6 && idle === 0, row };
    },
  },
  {
    name: 'state-writes: group commit against the whole state written through, 100 concurrent completions',
    aim: 'at least 100 times faster, nothing acknowledged lost',
    judge(found) {
      const row = found.row('state-writes', 'sqlite: deltas, group-commit', { n: 100 });
      const other = found.row('state-writes', 'sqlite: whole state, write-through', { n: 100 });
      if (row === undefined || other === undefined) return undefined;
      const [ratio, lost] = [other.medianNs / row.medianNs, row.figures['lostRecords'] ?? Number.NaN];
      return { measured: `${ratio.toFixed(0)} times, ${lost} lost`, reached: ratio >= 100 && lost === 0, row };
    },
  },
  ...['memory, none collected', 'sqlite, none collected'].map(flatTimePerItem),
  ...['memory, none collected', 'memory, counted', 'sqlite, none collected', 'sqlite, counted'].map((strategy) =>
    boundedMemory(strategy, 150),
  ),
  boundedMemory('sqlite, all of 600 B collected', 300),
  compare('long-lists: an item on sqlite against a record of the store alone, 100 at a time', 'within 2 times', {
    ...{ of: (found) => found.row('long-lists', 'sqlite, none collected', { n: 100_000 }), most: 2 },
    to: (found) => found.row('concurrent-appends', 'sqlite, group-commit', { n: 100 }),
  }),
  {
    name: 'long-lists: journal bytes of an item with a result of 600 bytes, a million items on sqlite',
    aim: 'at most 820 (1.3 times the result, and 40)',
    judge(found) {
      const row = found.row('long-lists', 'sqlite, all of 600 B collected', { n: 1_000_000 });
      const bytes = row?.figures['journalBytesPerItem'];
      if (row === undefined || bytes === undefined) return undefined;
      return { measured: bytes.toFixed(0), reached: bytes <= 820, row };
    },
  },
  groupsAgainstSingles('sqlite', 20),
  groupsAgainstSingles('postgres', 10),
  bytesPerRecord('sqlite'),
  bytesPerRecord('segment file'),
];

export function judgeTargets(rows: readonly Row[], growth: readonly GrowthRow[]): readonly Target[] {
  const found = new Found(rows, growth);
  return aims.map(({ name, aim, judge }) => {
    const verdict = judge(found);
    if (verdict === undefined) return { name, aim, measured: null, status: 'not measured', cell: null };
    const { measured, reached, row } = verdict;
    const cell = row === undefined ? null : { scenario: row.scenario, strategy: row.strategy, n: row.n, c: row.c };
    return { name, aim, measured, status: reached ? 'reached' : 'missed', cell };
  });
}
