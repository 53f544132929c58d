/** Comparisons that one search may cost; beyond it the rest of the candidates is not looked at. */
const comparisonsMax = 20_000;
/** Longer names are not typing mistakes of each other. */
const lengthMax = 128;

/** The candidate that was probably meant by `name`, if one is near enough; the first of equals. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > lengthMax) return undefined;
  const wanted = name.toLowerCase();
  let least = distanceMax(wanted) + 1;
  let nearest: string | undefined;
  let comparisons = 0;
  for (const candidate of candidates) {
    comparisons += 1;
    if (comparisons > comparisonsMax) break;
    if (candidate.length > lengthMax || Math.abs(candidate.length - wanted.length) >= least) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), least);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

/** Less than half of a short word, a third of a long one; at most the case of a single letter. */
function distanceMax(name: string): number {
  return name.length <= 5 ? Math.floor(name.length / 2) : Math.floor(name.length / 3) + 1;
}

/** Damerau-Levenshtein distance (neighbours exchanged count once); gives up at `bound`. */
function editDistance(left: string, right: string, bound: number): number {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, position) => position);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1];
      let cost = Math.min((row[j - 1] ?? 0) + (same ? 0 : 1), (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      next.push(cost);
      least = Math.min(least, cost);
    }
    if (least >= bound) return bound;
    before = row;
    row = next;
  }
  return row[right.length] ?? bound;
}
