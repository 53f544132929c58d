import { describe, expect, it } from 'vitest';
import { runSeed } from '../src/run-seed.ts';

/** Another range each time: `SIMULATION_FROM=12345 npx vitest run --project simulation`. */
const from = Number(process.env['SIMULATION_FROM'] ?? 1);
const seeds = Number(process.env['SIMULATION_SEEDS'] ?? 2_000);

describe('several executors over one failing database', { timeout: 600_000 }, () => {
  it(`keep every law over ${seeds} seeds from ${from}`, async () => {
    const totals = { executions: 0, completions: 0, restarts: 0, disturbances: 0 };
    for (let seed = from; seed < from + seeds; seed += 1) {
      const report = await runSeed({ seed });
      expect(report.violations, `seed ${seed}`).toEqual([]);
      totals.executions += report.executions;
      totals.completions += report.completions;
      totals.restarts += report.restarts;
      totals.disturbances += report.disturbances.length;
    }
    // A run in which nothing happens keeps every law too.
    expect(totals.executions).toBeGreaterThan(seeds);
    expect(totals.completions).toBeGreaterThan(20 * seeds);
    expect(totals.restarts).toBeGreaterThan(seeds);
    expect(totals.disturbances).toBeGreaterThan(3 * seeds);
  });

  it('do the same again for the same seed', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const [first, second] = [await runSeed({ seed }), await runSeed({ seed })];
      expect(second).toEqual(first);
    }
  });
});
