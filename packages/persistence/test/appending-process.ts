import { writeSync } from 'node:fs';
import { processOwner } from '../src/process-owner.ts';
import { segmentFileStore } from '../src/segment-file-store.ts';
import type { Lease, Store } from '../src/store.ts';
import { groupCommit } from '../src/write-policy/group-commit.ts';

/*
 * A process of its own for `kill.test.ts`: appends to four executions at once, for ever, and says on stdout what has been
 * acknowledged, a line `<id> <epoch> <head>` each, before anything else can happen.
 */

async function createOrClaim(store: Store, id: string): Promise<Lease> {
  const owner = processOwner();
  if ((await store.get(id)) !== undefined) return store.claim(id, owner);
  return store.create({ id, owner, workflow: 'w', status: 'running', createdAtMs: Date.now(), records: [] });
}

async function appendForEver(store: Store, id: string): Promise<never> {
  const { epoch, head: first } = await createOrClaim(store, id);
  let head = first;
  for (;;) {
    writeSync(1, `${id} ${epoch} ${head}\n`);
    const count = 1 + (head % 3);
    const records = Array.from({ length: count }, (_, place) => Buffer.from(`${id} ${head + place + 1}`));
    const summary = { status: `at ${head + count}` };
    const [refusal] = await store.append([{ execution: id, epoch, sequence: head + 1, records, summary }]);
    if (refusal !== undefined) throw refusal;
    head += count;
  }
}

const [directory = ''] = process.argv.slice(2);
const store = groupCommit()(segmentFileStore({ directory, segmentBytesMax: 16 * 1024 }));
await Promise.all(['a', 'b', 'c', 'd'].map((id) => appendForEver(store, id)));
