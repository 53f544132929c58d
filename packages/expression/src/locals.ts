/** Names bound inside an expression, each with the place where an evaluation keeps its value. Inner names hide outer ones. */
export class Locals {
  readonly #names: { readonly name: string; readonly slot: number }[] = [];
  #slots = 0;

  /** Where the value of a name is kept; undefined when nothing binds it here. */
  slotOf(name: string): number | undefined {
    for (let index = this.#names.length - 1; index >= 0; index -= 1) {
      const local = this.#names[index];
      if (local?.name === name) return local.slot;
    }
    return undefined;
  }

  /** Binds names to one value until the enclosing `within` ends. */
  declare(...names: readonly string[]): number {
    const slot = this.#slots;
    this.#slots += 1;
    for (const name of names) this.#names.push({ name, slot });
    return slot;
  }

  /** What is declared meanwhile is forgotten afterwards. */
  within<T>(compile: () => T): T {
    const before = this.#names.length;
    try {
      return compile();
    } finally {
      this.#names.length = before;
    }
  }

  /** How many values there are so far: those declared later are kept behind these. */
  get count(): number {
    return this.#slots;
  }
}
