/**
 * What has to be taken back however the suite ends: processes, mounts, servers, directories.
 *
 * Invariant: `#releases` holds exactly what has been taken and not been given back. What was taken last goes first.
 */
export class Resources {
  readonly #releases: (() => void)[] = [];

  /** Remembers how something is given back; answers how to do it now, once. */
  add(release: () => void): () => void {
    this.#releases.push(release);
    return () => {
      const place = this.#releases.indexOf(release);
      if (place === -1) return;
      this.#releases.splice(place, 1);
      release();
    };
  }

  /** Gives back what there is, also when some of it fails; throws what failed at the end. */
  releaseAll(): void {
    const errors: unknown[] = [];
    for (let release = this.#releases.pop(); release !== undefined; release = this.#releases.pop()) {
      try {
        release();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `not given back: ${errors.map(String).join('; ')}`);
  }

  /** Gives everything back when this process ends, by a signal too. */
  releaseAtExit(): void {
    process.on('exit', () => this.releaseAll());
    for (const [signal, number] of [
      ['SIGINT', 2],
      ['SIGTERM', 15],
      ['SIGHUP', 1],
    ] as const) {
      process.on(signal, () => process.exit(128 + number));
    }
  }
}
