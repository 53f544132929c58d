export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

export interface Excerpt {
  readonly text: string;
  /** Column at which `text` begins; above 1 only where a very long line was cut. */
  readonly column: number;
}

const excerptMax = 240;
const excerptBefore = 80;

/** A file's text, and which line and column an offset in it is. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#lineStarts = startsOfLines(text);
  }

  position(offset: number): Position {
    const within = Math.max(0, Math.min(offset, this.text.length));
    const line = this.#lineAt(within);
    return { line: line + 1, column: within - this.#lineStart(line) + 1 };
  }

  /** The line of a position without its end; of a very long one the part around the position. */
  excerpt({ line, column }: Position): Excerpt {
    const start = this.#lineStart(line - 1);
    const next = this.#lineStarts[line];
    const end = next === undefined ? this.text.length : next - 1;
    const cut = end - start > excerptMax ? Math.max(0, column - 1 - excerptBefore) : 0;
    const text = this.text.slice(start + cut, Math.min(end, start + cut + excerptMax));
    return { text: text.endsWith('\r') ? text.slice(0, -1) : text, column: cut + 1 };
  }

  #lineStart(line: number): number {
    return this.#lineStarts[line] ?? this.text.length;
  }

  /** The last line that starts at or before `offset`, counted from 0. */
  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStart(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function startsOfLines(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
