/** Below both, the engine's own search is the fastest and cannot take long. */
const nativePartLengthMax = 64;
const nativeWorkMax = 10_000_000;

/**
 * Finds one text in another, from a position on; -1 when it is not there. JavaScript's own search may take as long as the
 * lengths multiplied, minutes for two hostile texts of a megabyte, so large searches are done in linear time (Knuth-Morris-Pratt).
 */
export function searcherFor(text: string, part: string): (from: number) => number {
  if (part.length <= nativePartLengthMax || text.length * part.length <= nativeWorkMax) {
    return (from) => text.indexOf(part, from);
  }
  const borders = bordersOf(part);
  return (from) => {
    let matched = 0;
    for (let at = from; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      while (matched > 0 && part.charCodeAt(matched) !== unit) matched = borders[matched - 1] ?? 0;
      if (part.charCodeAt(matched) === unit) matched += 1;
      if (matched === part.length) return at + 1 - matched;
    }
    return -1;
  };
}

/** For each prefix the length of the longest shorter prefix that it ends with. */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length);
  let length = 0;
  for (let at = 1; at < part.length; at += 1) {
    const unit = part.charCodeAt(at);
    while (length > 0 && part.charCodeAt(length) !== unit) length = borders[length - 1] ?? 0;
    if (part.charCodeAt(length) === unit) length += 1;
    borders[at] = length;
  }
  return borders;
}
