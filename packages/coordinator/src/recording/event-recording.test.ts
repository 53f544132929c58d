import { describe, expect, it } from 'vitest';
import { simulate } from '../../test/core-simulation.ts';
import { recordingConformance } from '../conformance/recording-conformance.ts';
import { encodeEvent } from '../core/event-codec.ts';
import type { Event } from '../core/event.ts';
import { endEvent } from '../core/fit-outcome.ts';
import type { ExecutionState } from '../core/state.ts';
import { eventRecording, type EventRecordingOptions } from './event-recording.ts';
import type { Written } from './recording.ts';

recordingConformance({ name: 'event recording', strategy: eventRecording() });
recordingConformance({
  name: 'event recording with snapshots all the time',
  strategy: eventRecording({ snapshotBytesMin: 0 }),
});
recordingConformance({
  name: 'event recording without snapshots',
  strategy: eventRecording({ snapshotBytesMin: Infinity }),
});

const { state: start } = simulate('tasks: { a: { action: work } }');

/** A state whose snapshot takes about so many bytes. */
function stateOf(bytes: number): ExecutionState {
  return { ...start, final: start.final.publish([['text', 'x'.repeat(bytes)]], 1) };
}

/** An event whose record takes about so many bytes. */
function eventOf(bytes: number): Event {
  return { type: 'attempt-succeeded', atMs: 1, visit: 1, index: 1, attempt: 1, result: 'x'.repeat(bytes) };
}

interface Taken {
  /** The numbers of the batches that took a snapshot. */
  readonly at: readonly number[];
  readonly recordBytes: number;
  readonly snapshotBytes: readonly number[];
}

/** Records `batches` batches of 1,000 bytes; `stateBytes` tells how large the state is after each. */
function record(
  options: EventRecordingOptions & { readonly batches: number; readonly written?: Written },
  stateBytes: (batch: number) => number,
): Taken {
  const recording = eventRecording(options)(options.written ?? { snapshotBytes: 0, recordBytes: 0 });
  const at: number[] = [];
  const snapshotBytes: number[] = [];
  let recordBytes = 0;
  for (let batch = 1; batch <= options.batches; batch += 1) {
    const state = stateOf(stateBytes(batch));
    const record = encodeEvent(eventOf(1000));
    const { snapshot } = recording.record({ records: [record], state });
    recordBytes += record.length;
    if (snapshot === undefined) continue;
    at.push(batch);
    snapshotBytes.push(snapshot.length);
  }
  return { at, recordBytes, snapshotBytes };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

describe('snapshots of event recording', () => {
  it('are taken when the events since the last one outgrow the least number of bytes', () => {
    expect(record({ snapshotBytesMin: 10_000, batches: 35 }, () => 1000).at).toEqual([10, 20, 30]);
  });

  it('are taken when the events since the last one outgrow it', () => {
    const { at } = record({ snapshotBytesMin: 1000, batches: 200 }, () => 9500);
    const distances = at.slice(1).map((batch, place) => batch - (at[place] ?? 0));
    expect(distances.length).toBeGreaterThan(5);
    for (const distance of distances) expect(distance * 1050).toBeGreaterThan(9500);
  });

  it.each([
    ['stays as it is', () => 20_000],
    ['grows as its events do', (batch: number) => batch * 1000],
    ['grows faster than its events', (batch: number) => batch * 3000],
    ['grows and shrinks', (batch: number) => (batch % 100) * 1000],
  ])('take less than the events and the last snapshot in all, when the state %s', (_how, stateBytes) => {
    const { snapshotBytes, recordBytes } = record({ snapshotBytesMin: 5000, batches: 400 }, stateBytes);
    expect(snapshotBytes.length).toBeGreaterThan(1);
    expect(sum(snapshotBytes)).toBeLessThan(recordBytes + (snapshotBytes.at(-1) ?? 0));
  });

  it('are rare where a state grows as its events do, and regular where it does not', () => {
    expect(record({ snapshotBytesMin: 5000, batches: 1000 }, (batch) => batch * 1000).at.length).toBeLessThan(6);
    expect(record({ snapshotBytesMin: 5000, batches: 1000 }, () => 10_000).at.length).toBeGreaterThan(80);
  });

  it('leave at most nine times the bytes of the state to be read', () => {
    const stateBytes = (batch: number): number => batch * 700;
    const { at, snapshotBytes } = record({ snapshotBytesMin: 5000, batches: 2000 }, stateBytes);
    for (const [place, batch] of at.entries()) {
      const before = (snapshotBytes[place - 1] ?? 0) + (batch - (at[place - 1] ?? 0)) * 1050;
      expect(before).toBeLessThan(Math.max(9.5 * (snapshotBytes[place] ?? 0), 7000));
    }
  });

  it('go on from what was written before', () => {
    const written = { snapshotBytes: 5000, recordBytes: 3000 };
    expect(record({ snapshotBytesMin: 1000, batches: 4, written }, () => 1000).at).toEqual([2, 4]);
  });

  it('are left out where they would take too many bytes, and tried again ever more rarely', () => {
    const options = { snapshotBytesMin: 1000, snapshotBytesMax: 4000, batches: 500 };
    expect(record(options, () => 5000).at).toEqual([]);
    const { at } = record(options, (batch) => (batch < 150 ? 5000 : 3000));
    expect(at[0]).toBeGreaterThan(180);
    expect(at.length).toBeGreaterThan(50);
  });

  it('stand for the end too', () => {
    const recording = eventRecording({ snapshotBytesMin: 0 })({ snapshotBytes: 0, recordBytes: 0 });
    const outcome = { status: 'succeeded', output: 1, errors: [], finishedAtMs: 1 } as const;
    const records = [encodeEvent(endEvent(outcome))];
    const recorded = recording.record({ records, state: { ...start, outcome } });
    expect(recorded.records).toBe(records);
    expect(recorded.snapshot).toBeDefined();
  });
});
