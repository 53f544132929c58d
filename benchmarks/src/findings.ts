import type { Scenario } from './case.ts';
import { controlSuffix, type Row } from './rows.ts';

const harnessesDifferBy = 0.3;
const controlOffBy = 0.03;

/** What a reader should know before believing the figures: harnesses that disagree, controls that are off. */
export function findingsOf(scenario: Scenario, rows: readonly Row[]): readonly string[] {
  return [...disagreements(rows), ...controlsThatAreOff(scenario, rows)];
}

function disagreements(rows: readonly Row[]): readonly string[] {
  return rows.flatMap((row) => {
    if (row.harness !== 'mitata' || row.ratioToBaseline === null) return [];
    const other = rows.find(
      (candidate) =>
        candidate.harness === 'benny' &&
        candidate.strategy === row.strategy &&
        candidate.n === row.n &&
        candidate.c === row.c,
    );
    if (other?.ratioToBaseline == null) return [];
    const [low, high] = [row.ratioToBaseline, other.ratioToBaseline].sort((a, b) => a - b) as [number, number];
    if (high / low <= 1 + harnessesDifferBy) return [];
    const place = `${row.scenario} / ${row.strategy} at n=${row.n} c=${row.c}`;
    return [
      `${place}: mitata and benny disagree about the ratio to the baseline: ${row.ratioToBaseline.toPrecision(3)} and ${other.ratioToBaseline.toPrecision(3)}`,
    ];
  });
}

function controlsThatAreOff(scenario: Scenario, rows: readonly Row[]): readonly string[] {
  return rows.flatMap((row) => {
    const isOff = row.strategy.endsWith(controlSuffix) && Math.abs((row.ratioToBaseline ?? 1) - 1) > controlOffBy;
    if (!isOff || row.ratioToBaseline === null) return [];
    const share = ((row.ratioToBaseline - 1) * 100).toFixed(1);
    return [
      `${scenario.name} at n=${row.n} c=${row.c}: ${row.strategy.slice(0, -controlSuffix.length)} against itself is off by ${share} %; so much is noise`,
    ];
  });
}
