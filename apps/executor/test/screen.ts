/** Just enough of a terminal to see what is on the screen after a stream of text, colours aside. */
export class Screen {
  readonly rows: string[] = [''];
  cursorVisible = true;
  readonly #columns: number;
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** The lines, without the blanks at their ends. */
  get lines(): string[] {
    return this.rows.map((row) => row.trimEnd());
  }

  write(text: string): void {
    const tokens = text.matchAll(new RegExp(String.raw`\u001B\[(\??[0-9;]*)([A-Za-z])|[\s\S]`, 'gu'));
    for (const [token, parameters, command] of tokens) {
      if (command === undefined) this.#type(token);
      else this.#control(parameters ?? '', command);
    }
  }

  #type(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#lineFeed();
    else {
      if (this.#column >= this.#columns) this.#lineFeed();
      const row = (this.rows[this.#row] ?? '').padEnd(this.#column);
      this.rows[this.#row] = row.slice(0, this.#column) + character + row.slice(this.#column + 1);
      this.#column += 1;
    }
  }

  #lineFeed(): void {
    this.#row += 1;
    this.#column = 0;
    this.rows[this.#row] ??= '';
  }

  #control(parameters: string, command: string): void {
    if (command === 'A') this.#row = Math.max(0, this.#row - Number(parameters || '1'));
    else if (command === 'J') {
      this.rows.length = this.#row + 1;
      this.rows[this.#row] = (this.rows[this.#row] ?? '').slice(0, this.#column);
    } else if (command === 'h' && parameters === '?25') this.cursorVisible = true;
    else if (command === 'l' && parameters === '?25') this.cursorVisible = false;
    else if (command !== 'm') throw new Error(`expected a sequence that the screen knows, got ${parameters}${command}`);
  }
}
