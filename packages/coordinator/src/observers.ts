import type { Notice } from './core/notice.ts';

/** Notices of one batch, delivered after it became durable. */
export interface ObservedBatch {
  /**
   * Events of the execution up to the end of the batch, its end counted as one: grows with every batch, over recoveries too,
   * whatever is recorded. Where events are the records it is the journal's sequence of the last one.
   */
  readonly sequence: number;
  readonly atMs: number;
  readonly notices: readonly Notice[];
}

export interface Observer {
  onBatch(batch: ObservedBatch): void;
  /** No more batches; with a reason when the execution did not reach its end here. */
  onClose(reason: Error | undefined): void;
}

/** Who watches one execution. One that throws is told nothing more; it cannot harm what it watches. */
export class ObserverSet {
  readonly #observers = new Set<Observer>();
  readonly #onFailure: (error: unknown) => void;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  get size(): number {
    return this.#observers.size;
  }

  add(observer: Observer): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  deliver(batch: ObservedBatch): void {
    if (batch.notices.length === 0) return;
    for (const observer of this.#observers) this.#tell(observer, () => observer.onBatch(batch));
  }

  close(reason?: Error): void {
    for (const observer of this.#observers) this.#tell(observer, () => observer.onClose(reason));
    this.#observers.clear();
  }

  #tell(observer: Observer, tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#observers.delete(observer);
      this.#onFailure(error);
    }
  }
}
