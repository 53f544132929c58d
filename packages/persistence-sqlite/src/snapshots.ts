import { crc32 } from 'node:zlib';
import { StoreError } from '@weftline/persistence';
import type { JournalSnapshot } from '@weftline/persistence';
import { blobBytes } from './binding/binding.ts';
import type { Connection } from './connection.ts';
import { expectExecution } from './execution-row.ts';

export function writeSnapshot(connection: Connection, execution: number, { sequence, data }: JournalSnapshot): void {
  connection
    .statement('INSERT OR REPLACE INTO snapshots (execution, sequence, crc, snapshot) VALUES (?, ?, ?, ?)')
    .run(execution, sequence, crc32(data), data);
}

/** The latest snapshot, checked; its bytes are a copy of their own. */
export function readSnapshot(connection: Connection, id: string): JournalSnapshot | undefined {
  return connection.read(() => {
    const { execution } = expectExecution(connection, id);
    const row = connection
      .statement('SELECT sequence, crc, snapshot FROM snapshots WHERE execution = ?')
      .get(execution);
    if (row === undefined) return undefined;
    const { sequence, crc, snapshot } = row as { readonly sequence: number; crc: number; snapshot: unknown };
    const data = blobBytes(snapshot);
    if (data !== undefined && crc32(data) === crc) return { sequence, data: Uint8Array.from(data) };
    throw new StoreError(`${connection.path}: execution ${JSON.stringify(id)}: the snapshot is damaged`, {
      code: 'STORE_CORRUPT',
    });
  });
}
