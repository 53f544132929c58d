import type { Run } from './run.ts';
import { searcherFor } from './text-search.ts';

/**
 * Text is counted in Unicode characters, not in UTF-16 units, so that no expression can cut one in half.
 * Nearly all text has none that takes two units; such text is read in place, after one look over it.
 */
const surrogate = /[\ud800-\udfff]/;

/** UTF-16 units that are looked over for the price of one step. */
const lookedOverPerStep = 64;

export function characterCount(text: string, run: Run): number {
  return charactersOf(text, run).length;
}

/** The character at a position counted from the start, or from the end when negative; undefined outside. */
export function characterAt(text: string, index: number, run: Run): string | undefined {
  return charactersOf(text, run).at(index);
}

export function sliceText(text: string, [from, to]: readonly [number, number | undefined], run: Run): string {
  const slice = charactersOf(text, run).slice(from, to);
  return typeof slice === 'string' ? slice : slice.join('');
}

/** The position of the first occurrence, or -1. */
export function characterIndexOf(text: string, part: string, run: Run): number {
  const index = searcherFor(text, part)(0);
  return index > 0 ? characterCount(text.slice(0, index), run) : index;
}

/** The position of the last occurrence, or -1. */
export function lastCharacterIndexOf(text: string, part: string, run: Run): number {
  run.charge(text.length);
  const backwards = (each: string): string => each.split('').reverse().join('');
  const behind = searcherFor(backwards(text), backwards(part))(0);
  const index = behind === -1 ? -1 : text.length - behind - part.length;
  return index > 0 ? characterCount(text.slice(0, index), run) : index;
}

/** The text itself where its units are its characters, else the list of them. */
function charactersOf(text: string, run: Run): string | string[] {
  run.charge(Math.ceil(text.length / lookedOverPerStep));
  if (!surrogate.test(text)) return text;
  run.charge(text.length);
  return Array.from(text);
}
