import { displayWidth, withoutEscapes } from '../plain-text.ts';
import type { ScreenRegion, TextStream } from '../terminal.ts';

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const CLEAR_BELOW = '\u001B[0J';

/**
 * A few lines at the bottom of a terminal that are repainted in place.
 *
 * 1. The cursor rests at the end of the last line of the region; nothing else writes to the stream meanwhile.
 * 2. Lines given here fit the width, so that one line is one row, except after the window has become narrower; the
 *    rows to go up are counted again from the width at that time.
 * 3. Each change is one write, so that a frame is never seen half painted.
 * 4. The cursor is hidden while the region stands and shown again by `close`, which may be called twice.
 */
export class LiveRegion implements ScreenRegion {
  readonly #stream: TextStream;
  #lines: readonly string[] = [];
  #widths: readonly number[] = [];
  #open = false;

  constructor(stream: TextStream) {
    this.#stream = stream;
  }

  /** Columns that a line may take. The last one stays free, because some terminals wrap as soon as it is written. */
  get width(): number {
    return Math.max(1, (this.#stream.columns ?? 80) - 1);
  }

  /** Rows that the region may take. */
  get height(): number {
    return Math.max(1, (this.#stream.rows ?? 24) - 2);
  }

  /** Replaces the lines; those of `above` stay. A stream that is behind gets only what stays, until it has caught up. */
  paint(lines: readonly string[], above: readonly string[] = []): void {
    const behind = this.#stream.writableNeedDrain === true;
    if (behind && above.length === 0) return;
    this.#write(above.map((line) => `${line}\n`).join(''), behind ? this.#lines : lines);
  }

  /** Puts a line above the region, where it stays. */
  print(line: string): void {
    this.#write(`${line}\n`, this.#lines);
  }

  close(): void {
    if (!this.#open) return;
    this.#write('', []);
    this.#stream.write(SHOW_CURSOR);
    this.#open = false;
  }

  #write(above: string, lines: readonly string[]): void {
    const hide = this.#open ? '' : HIDE_CURSOR;
    this.#stream.write(`${hide}${this.#erase()}${above}${lines.join('\n')}`);
    this.#open = true;
    this.#lines = lines;
    this.#widths = lines.map((line) => displayWidth(withoutEscapes(line)));
  }

  /** From the end of the last line back to the beginning of the first, clearing everything. */
  #erase(): string {
    const columns = this.#stream.columns ?? 80;
    const rows = this.#widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return `\r${rows > 1 ? `\u001B[${rows - 1}A` : ''}${CLEAR_BELOW}`;
  }
}
