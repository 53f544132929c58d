/**
 * The names that lead back to themselves, by Tarjan's algorithm for strongly connected components; without recursion, since a
 * chain may be as long as there are names. Linear in names and successors.
 */
export function findCyclic(
  names: readonly string[],
  successors: (name: string) => readonly string[],
): ReadonlySet<string> {
  const search = new Search(successors);
  for (const name of names) search.from(name);
  return search.cyclic;
}

interface Frame {
  readonly name: string;
  readonly order: number;
  /** The earliest name on the path that can be reached from here. */
  low: number;
  readonly successors: readonly string[];
  next: number;
}

/**
 * 1. `#orders` has every name that was reached, with its place in the order of reaching.
 * 2. `#open` holds those whose component is not complete, in that order; `#isOpen` the same as a set.
 * 3. `#path` is the way from the start to the current name.
 */
class Search {
  readonly cyclic: Set<string> = new Set();
  readonly #successors: (name: string) => readonly string[];
  readonly #orders = new Map<string, number>();
  readonly #open: string[] = [];
  readonly #isOpen = new Set<string>();
  readonly #path: Frame[] = [];

  constructor(successors: (name: string) => readonly string[]) {
    this.#successors = successors;
  }

  from(start: string): void {
    if (this.#orders.has(start)) return;
    this.#enter(start);
    for (let frame = this.#path.at(-1); frame !== undefined; frame = this.#path.at(-1)) {
      const successor = frame.successors[frame.next];
      frame.next += 1;
      if (successor === undefined) this.#leave(frame);
      else if (successor === frame.name) this.cyclic.add(successor);
      else if (!this.#orders.has(successor)) this.#enter(successor);
      else if (this.#isOpen.has(successor)) frame.low = Math.min(frame.low, this.#orders.get(successor) ?? frame.low);
    }
  }

  #enter(name: string): void {
    const order = this.#orders.size;
    this.#orders.set(name, order);
    this.#open.push(name);
    this.#isOpen.add(name);
    this.#path.push({ name, order, low: order, successors: this.#successors(name), next: 0 });
  }

  #leave(frame: Frame): void {
    this.#path.pop();
    const parent = this.#path.at(-1);
    if (parent !== undefined) parent.low = Math.min(parent.low, frame.low);
    if (frame.low !== frame.order) return;
    const component = this.#open.splice(this.#open.lastIndexOf(frame.name));
    for (const name of component) this.#isOpen.delete(name);
    if (component.length > 1) for (const name of component) this.cyclic.add(name);
  }
}
