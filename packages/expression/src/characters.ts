/**
 * Text is counted in Unicode characters, not in UTF-16 units, so that no expression can cut one in half.
 * Nearly all text has none that takes two units; such text is read in place.
 */
const surrogate = /[\ud800-\udfff]/;

export function characterCount(text: string): number {
  return surrogate.test(text) ? Array.from(text).length : text.length;
}

/** The character at a position counted from the start, or from the end when negative; undefined outside. */
export function characterAt(text: string, index: number): string | undefined {
  return (surrogate.test(text) ? Array.from(text) : text).at(index);
}

export function sliceText(text: string, from: number, to: number | undefined): string {
  return surrogate.test(text) ? Array.from(text).slice(from, to).join('') : text.slice(from, to);
}

/** The position of the first occurrence, or -1. */
export function characterIndexOf(text: string, part: string): number {
  const index = text.indexOf(part);
  return index > 0 ? characterCount(text.slice(0, index)) : index;
}
