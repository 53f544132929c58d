/**
 * How many rounds each cell has when all of them get an equal share of `leftMs` and what the cheap ones do not need is shared
 * among the others. `costsMs` are what one round of each takes; no cell has more than `most` rounds, and the dear ones may have none.
 */
export function roundsWithin(
  costsMs: readonly number[],
  { leftMs, most }: { readonly leftMs: number; readonly most: number },
): readonly number[] {
  const byCost = [...costsMs.keys()].sort((a, b) => (costsMs[a] ?? 0) - (costsMs[b] ?? 0));
  const rounds = costsMs.map(() => 0);
  let [rest, sharers] = [leftMs, costsMs.length];
  for (const place of byCost) {
    const cost = Math.max(1, costsMs[place] ?? 0);
    const own = Math.max(0, Math.min(most, Math.floor(rest / sharers / cost)));
    rounds[place] = own;
    rest -= own * cost;
    sharers -= 1;
  }
  return rounds;
}
