/** Runs tasks one after another in the order in which they were handed in, whatever becomes of the ones before. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task);
    // Whoever handed the task in is told of its failure; the next one only waits for it.
    this.#last = result.catch(() => undefined);
    return result;
  }
}
