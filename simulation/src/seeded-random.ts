/**
 * A stream of random numbers that its seed decides alone: sfc32 by Chris Doty-Humphrey (PractRand), 128 bits of state,
 * filled from the seed by splitmix32. Good enough for choosing faults, of no use for secrets.
 */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    let state = seed | 0;
    const next = (): number => {
      state = (state + 0x9e_37_79_b9) | 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x21_f0_aa_ad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x73_5a_2d_97);
      return mixed ^ (mixed >>> 15);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    for (let round = 0; round < 12; round += 1) this.fraction();
  }

  /** In [0, 1). */
  fraction(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Member>(members: readonly [Member, ...Member[]]): Member {
    return members[this.integer(0, members.length - 1)] ?? members[0];
  }
}
