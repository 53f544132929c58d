const candidatesMax = 1_000;
const lengthMax = 64;
const abbreviationMin = 3;

/** The candidate that a mistyped or shortened name most probably meant; undefined when none is close. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > lengthMax) return undefined;
  const wanted = name.toLowerCase();
  // One letter resembles every other letter; one sign (`=`) does resemble the longer ones (`==`).
  let allowed = /^\w?$/.test(name) ? 0 : Math.max(1, Math.floor(name.length / 3));
  let nearest: string | undefined;
  let longer: string | undefined;
  let seen = 0;
  for (const candidate of candidates) {
    seen += 1;
    if (seen > candidatesMax) break;
    if (candidate === name) continue;
    const known = candidate.toLowerCase();
    if (name.length >= abbreviationMin && known.startsWith(wanted)) longer ??= candidate;
    if (Math.abs(known.length - wanted.length) > allowed) continue;
    const distance = editDistance(wanted, known);
    if (distance > allowed || (distance === allowed && nearest !== undefined)) continue;
    nearest = candidate;
    allowed = distance;
  }
  return nearest ?? longer;
}

/** The end of a message about an unknown name: `; did you mean "…"?`, or nothing. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
function editDistance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          at(row - 1, column - 1) + (same ? 0 : 1),
          at(row, column - 1) + 1,
          at(row - 1, column) + 1,
          swapped ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(from.length, to.length);
}
