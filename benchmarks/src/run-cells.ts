import type { CellSample } from './cell.ts';
import type { Plan, PlannedCell } from './plan.ts';
import { runInChild } from './run-in-child.ts';
import type { Settings } from './settings.ts';
import { roundsWithin } from './rounds-within.ts';

/** A cell with its samples, one for each of its rounds. */
export interface MeasuredCell extends PlannedCell {
  readonly samples: readonly CellSample[];
  /** Why it gave no answer, or a wrong one; such a cell is not measured any further. */
  readonly failure: string | undefined;
}

export interface MeasureOptions {
  readonly settings: Settings;
  readonly random: () => number;
  /** When the time is used up, as `Date.now` tells it. */
  readonly untilMs: number;
  readonly onRound: (round: number, cells: number) => void;
}

interface CellUnderWay extends PlannedCell {
  readonly samples: CellSample[];
  failure: string | undefined;
  /** What one round of it took, its process and all. */
  costMs: number;
}

const mostRounds = { smoke: 1, quick: 5, full: 15 };

/**
 * Runs the cells of all scenarios in rounds, in an order shuffled anew for each round, each in a fresh process: what drifts on
 * the machine meets all of them alike, and ratios can be taken within a round. After the first round every cell may use the
 * same share of the time that is left, so that one which takes seconds has fewer rounds than one which takes a moment.
 */
export async function measureCells(
  plans: readonly Plan[],
  { settings, random, untilMs, onRound }: MeasureOptions,
): Promise<ReadonlyMap<Plan, readonly MeasuredCell[]>> {
  const measured = new Map(plans.map((plan) => [plan, plan.cells.map(begin)] as const));
  const cells = [...measured.values()].flat();
  const most = settings.rounds ?? mostRounds[settings.extent];
  for (let round = 1; round <= most; round += 1) {
    const due = dueIn(round, cells, { settings, most, untilMs });
    if (due.length === 0) break;
    onRound(round, due.length);
    for (const cell of shuffled(due, random)) await measure(cell, settings);
  }
  return measured;
}

function begin(cell: PlannedCell): CellUnderWay {
  return { ...cell, samples: [], failure: undefined, costMs: 0 };
}

function dueIn(
  round: number,
  cells: readonly CellUnderWay[],
  { settings, most, untilMs }: { readonly settings: Settings; readonly most: number; readonly untilMs: number },
): readonly CellUnderWay[] {
  // The second harness is there to check the first, and once is enough for that.
  const open = cells.filter(({ failure, harness }) => failure === undefined && (harness !== 'benny' || round === 1));
  if (round === 1 || settings.rounds !== undefined) return open;
  // One that was left out of a round stays out, so that samples of one place belong to one round.
  const going = open.filter(({ samples }) => samples.length === round - 1);
  const rounds = roundsWithin(
    going.map(({ costMs }) => costMs),
    { leftMs: untilMs - Date.now(), most: most - round + 1 },
  );
  return going.filter((_, place) => (rounds[place] ?? 0) > 0);
}

async function measure(cell: CellUnderWay, settings: Settings): Promise<void> {
  const before = Date.now();
  try {
    cell.samples.push(await runInChild(cell, settings));
  } catch (error) {
    cell.failure = error instanceof Error ? error.message : String(error);
  }
  cell.costMs = Date.now() - before;
}

function shuffled<Member>(list: readonly Member[], random: () => number): readonly Member[] {
  return list
    .map((member) => ({ member, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ member }) => member);
}
