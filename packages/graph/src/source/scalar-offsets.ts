import type { Range } from './source-node.ts';

/** Where each place in the value of a text scalar stands in the file. */
export interface ScalarOffsets {
  /** Offset in the file of the first unit of a range in the value. */
  start(at: number): number;
  /** Offset in the file after the last unit of a range that ends at `at` in the value. */
  end(at: number): number;
}

/** One unit of the value (UTF-16) and the part of the text that stands for it. */
interface Unit extends Range {
  readonly text: string;
}

/**
 * Maps a scalar's value to its source, for all five styles of YAML. Folding and indentation only drop or change white
 * space, so the units that are not white space are the same on both sides, once escapes are undone; places between them
 * belong to the end of the unit before. Undefined when the sides differ after all.
 */
export function mapScalar(text: string, range: Range, value: string): ScalarOffsets | undefined {
  if (text.slice(range.start, range.end) === value) {
    return { start: (at) => range.start + at, end: (at) => range.start + at };
  }
  const units = unitsOf(text, range);
  const starts = new Int32Array(value.length + 1);
  const ends = new Int32Array(value.length + 1);
  let next = 0;
  let end = units[0]?.start ?? range.start;
  for (let at = 0; at <= value.length; at += 1) {
    ends[at] = end;
    const character = value[at];
    const unit = units[next];
    if (character === undefined || isBlank(character)) {
      starts[at] = end;
      continue;
    }
    if (unit?.text !== character) return undefined;
    starts[at] = unit.start;
    end = unit.end;
    next += 1;
  }
  if (next !== units.length) return undefined;
  return { start: (at) => starts[at] ?? range.start, end: (at) => ends[at] ?? range.end };
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

/** The units of a scalar's source that are not white space. */
function unitsOf(text: string, range: Range): readonly Unit[] {
  const units: Unit[] = [];
  let at = contentStart(text, range);
  const style = text[range.start];
  const end = style === '"' || style === "'" ? range.end - 1 : range.end;
  while (at < end) {
    const taken =
      style === '"' ? takeDoubleQuoted(text, at) : style === "'" ? takeSingleQuoted(text, at) : takePlain(text, at);
    const stop = at + taken.length;
    for (const part of taken.text.split('')) {
      if (!isBlank(part)) units.push({ text: part, start: at, end: stop });
    }
    at = stop;
  }
  return units;
}

/** After the quote, or after the first line of a block scalar, which holds its indicators. */
function contentStart(text: string, range: Range): number {
  switch (text[range.start]) {
    case '"':
    case "'":
      return range.start + 1;
    case '|':
    case '>': {
      const lineEnd = text.indexOf('\n', range.start);
      return lineEnd === -1 ? range.end : lineEnd + 1;
    }
    default:
      return range.start;
  }
}

/** What stands at a place: the text it means, and how many units of the source that takes. */
interface Taken {
  readonly text: string;
  readonly length: number;
}

function takePlain(text: string, at: number): Taken {
  return { text: text.charAt(at), length: 1 };
}

function takeSingleQuoted(text: string, at: number): Taken {
  return text.startsWith("''", at) ? { text: "'", length: 2 } : takePlain(text, at);
}

const escapes: Readonly<Record<string, string>> = {
  ...{ '0': '\0', a: '\x07', b: '\b', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ N: '\u0085', _: '\u00a0', L: '\u2028', P: '\u2029' },
};
const codeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function takeDoubleQuoted(text: string, at: number): Taken {
  if (text[at] !== '\\') return takePlain(text, at);
  const letter = text.charAt(at + 1);
  const codeLength = codeLengths[letter];
  if (codeLength === undefined) return { text: escapes[letter] ?? letter, length: 2 };
  const code = Number.parseInt(text.slice(at + 2, at + 2 + codeLength), 16);
  return { text: code <= 0x10ffff ? String.fromCodePoint(code) : '', length: 2 + codeLength };
}
