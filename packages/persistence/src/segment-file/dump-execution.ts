import type { DumpEntry } from '../maintenance/maintenance.ts';
import { decodeRecords } from './frame.ts';
import type { FrameSpot } from './frame-index.ts';
import type { IndexedExecution } from './journal-index.ts';
import { readFrameByFrame } from './read-records.ts';
import type { FrameSource } from './read-records.ts';

/** The latest snapshot of the execution and its records, frame by frame; what has been damaged since it was found is told as such. */
export async function* dumpExecution(from: FrameSource, execution: IndexedExecution): AsyncGenerator<DumpEntry> {
  const { id, body } = execution;
  const { snapshot } = body;
  for await (const { frame, failure } of readFrameByFrame(from, snapshot === undefined ? [] : [snapshot.spot])) {
    if (frame === undefined) yield damaged(id, failure, 'SNAPSHOT_UNREADABLE');
    else yield { kind: 'snapshot', execution: id, snapshot: { sequence: snapshot?.sequence ?? 0, data: frame.body } };
  }
  for await (const { frame, failure } of readFrameByFrame(from, spotsOf(execution))) {
    if (frame === undefined) {
      yield damaged(id, failure, 'CHECKSUM_MISMATCH');
      continue;
    }
    const { sequence, epoch } = frame.header;
    const records = decodeRecords(frame.body).map((data, place) => ({ sequence: sequence + place, data }));
    yield { kind: 'records', execution: id, epoch, records };
  }
}

function* spotsOf({ body }: IndexedExecution): Generator<FrameSpot> {
  for (let place = 0; place < body.length; place++) yield body.row(place).spot;
}

function damaged(execution: string, failure: Error, code: 'SNAPSHOT_UNREADABLE' | 'CHECKSUM_MISMATCH'): DumpEntry {
  return { kind: 'finding', finding: { code, severity: 'damage', message: failure.message, place: {}, execution } };
}
