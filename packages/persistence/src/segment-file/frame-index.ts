/** Where a frame lies. */
export interface FrameSpot {
  /** The number of the segment. */
  readonly segment: number;
  /** Of the frame's header, in the segment. */
  readonly offset: number;
  /** Header and body. */
  readonly bytes: number;
}

/** Frames that lie so close together that one read fetches them all. */
export interface FrameSpan extends FrameSpot {
  /** The offset of each frame in the span. */
  readonly frames: readonly number[];
}

/** A frame of records. */
export interface FrameRow {
  /** Of its first record. */
  readonly sequence: number;
  readonly spot: FrameSpot;
}

const [spanBytesMax, gapBytesMax] = [256 * 1024, 16 * 1024];
const columns = 3;

export function isSameSpot(left: FrameSpot | undefined, right: FrameSpot): boolean {
  return left?.segment === right.segment && left.offset === right.offset;
}

/** The frames of records of one execution, in order: 24 bytes for each, whatever its size; and the frames that its state rests on. */
export class FrameIndex {
  /** First sequence, segment * 2^32 + offset, bytes. */
  #rows = new Float64Array(2 * columns);
  #length = 0;
  /** Where the latest snapshot lies, and the last record that it stands for. */
  snapshot: { readonly sequence: number; readonly spot: FrameSpot } | undefined;
  /** The last record that was dropped, 0 for none. */
  compactedTo = 0;
  /** Where the execution was registered, and the fields of its summary and its ownership were written last. */
  readonly latest: Partial<
    Record<'created' | 'status' | 'updatedAtMs' | 'finishedAtMs' | 'owned' | 'released', FrameSpot>
  > = {};

  get length(): number {
    return this.#length;
  }

  add(sequence: number, spot: FrameSpot): void {
    if (this.#length * columns === this.#rows.length) {
      const larger = new Float64Array(this.#rows.length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    const row = [sequence, spot.segment * 2 ** 32 + spot.offset, spot.bytes];
    this.#rows.set(row, this.#length * columns);
    this.#length++;
  }

  /** The place of the frame that holds the record, or that comes next after it; `length` for none. */
  placeOf(sequence: number): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#cell(middle, 0) <= sequence) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  row(place: number): FrameRow {
    return { sequence: this.#cell(place, 0), spot: this.#spot(place) };
  }

  /** The frame at `place`, which must exist, and those behind it that are near. */
  spanFrom(place: number): FrameSpan {
    const first = this.#spot(place);
    const frames = [0];
    let end = first.offset + first.bytes;
    for (let next = place + 1; next < this.#length; next++) {
      const spot = this.#spot(next);
      const near = spot.segment === first.segment && spot.offset - end <= gapBytesMax;
      if (!near || spot.offset + spot.bytes - first.offset > spanBytesMax) break;
      frames.push(spot.offset - first.offset);
      end = spot.offset + spot.bytes;
    }
    return { segment: first.segment, offset: first.offset, bytes: end - first.offset, frames };
  }

  /** Puts `rows` in the place of those that lie in the segments. */
  replaceRows(segments: { readonly first: number; readonly last: number }, rows: readonly FrameRow[]): void {
    const before: FrameRow[] = [];
    const after: FrameRow[] = [];
    for (let place = 0; place < this.#length; place++) {
      const row = this.row(place);
      if (row.spot.segment < segments.first) before.push(row);
      else if (row.spot.segment > segments.last) after.push(row);
    }
    const all = [...before, ...rows, ...after];
    this.#length = 0;
    this.#rows = new Float64Array(Math.max(2, all.length) * columns);
    for (const { sequence, spot } of all) this.add(sequence, spot);
  }

  /** Replaces the places of frames that hold no records where `movedTo` knows another one. */
  movePins(movedTo: (spot: FrameSpot) => FrameSpot | undefined): void {
    if (this.snapshot !== undefined) {
      this.snapshot = { ...this.snapshot, spot: movedTo(this.snapshot.spot) ?? this.snapshot.spot };
    }
    for (const name of Object.keys(this.latest) as (keyof FrameIndex['latest'])[]) {
      const moved = this.latest[name] && movedTo(this.latest[name]);
      if (moved !== undefined) this.latest[name] = moved;
    }
  }

  #spot(place: number): FrameSpot {
    const position = this.#cell(place, 1);
    const segment = Math.floor(position / 2 ** 32);
    return { segment, offset: position - segment * 2 ** 32, bytes: this.#cell(place, 2) };
  }

  #cell(place: number, column: number): number {
    return this.#rows[place * columns + column] as number;
  }
}
