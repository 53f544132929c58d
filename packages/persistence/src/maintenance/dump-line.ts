import type { DumpEntry } from './maintenance.ts';

/** The shape of the lines of a dump; a line of another shape gets another name. */
export const dumpFormat = 'weftline.dump/1';

/** The first line of a dump, which tells what it is and from which kind of store it came. */
export function dumpHeader(store: string): string {
  return JSON.stringify({ v: 1, type: 'dump', format: dumpFormat, store });
}

/**
 * An entry as lines of JSON, one for each record:
 *
 *     {"v":1,"type":"execution","id":…,"workflow":…,"status":…,"createdAtMs":…,…,"compactedTo":…}
 *     {"v":1,"type":"snapshot","execution":…,"sequence":…,<payload>}
 *     {"v":1,"type":"record","execution":…,"sequence":…,"epoch":…,<payload>}
 *     {"v":1,"type":"finding","code":…,"severity":…,"message":…,"place":…,…}
 *
 * A payload is `"json":<value>` where the bytes are one JSON text, else `"base64":"…"`. A JSON text stands there as it was written,
 * so numbers keep their digits.
 */
export function* dumpLines(entry: DumpEntry): Generator<string> {
  switch (entry.kind) {
    case 'execution':
      yield line('execution', { ...entry.summary, compactedTo: entry.compactedTo });
      return;
    case 'snapshot': {
      const { execution, snapshot } = entry;
      yield line('snapshot', { execution, sequence: snapshot.sequence }, snapshot.data);
      return;
    }
    case 'records':
      for (const { sequence, data } of entry.records) {
        yield line('record', { execution: entry.execution, sequence, epoch: entry.epoch }, data);
      }
      return;
    case 'finding':
      yield line('finding', entry.finding);
      return;
  }
}

function line(type: string, fields: object, data?: Uint8Array): string {
  const head = JSON.stringify({ v: 1, type, ...fields });
  return data === undefined ? head : `${head.slice(0, -1)},${payload(data)}}`;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function payload(data: Uint8Array): string {
  const text = jsonText(data);
  if (text !== undefined) return `"json":${text}`;
  return `"base64":"${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}"`;
}

/** The bytes as one JSON text on one line, undefined where they are none. */
function jsonText(data: Uint8Array): string | undefined {
  try {
    const text = decoder.decode(data);
    JSON.parse(text);
    // Outside of strings line breaks mean nothing, and inside they cannot stand.
    return text.replaceAll(/[\r\n]/g, ' ');
  } catch {
    // Not text, or not JSON: it is told as bytes.
    return undefined;
  }
}
