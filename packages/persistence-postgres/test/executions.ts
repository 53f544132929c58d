import { hostname } from 'node:os';
import type { Append, NewExecution, Owner, Store } from '@weftline/persistence';
import { expect } from 'vitest';

/** An owner in this process, hence alive. */
export function ownerNamed(id: string): Owner {
  return { id, host: hostname(), pid: process.pid };
}

export function newExecution(id: string, more: Partial<NewExecution> = {}): NewExecution {
  return { id, owner: ownerNamed('owner'), workflow: 'w', status: 'running', createdAtMs: 0, records: [], ...more };
}

/** An append of one record that says where it belongs. */
export function appendOf(execution: string, sequence: number, more: Partial<Append> = {}): Append {
  return { execution, epoch: 1, sequence, records: [Buffer.from(`${execution} ${sequence}`)], ...more };
}

export async function readTexts(store: Store, id: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const chunk of store.read(id)) {
    for (const { sequence, data } of chunk) {
      if (sequence !== texts.length + 1) expect.fail(`sequence ${sequence} after ${texts.length}`);
      texts.push(Buffer.from(data).toString());
    }
  }
  return texts;
}

/** What a journal says that was filled with `appendOf`. */
export function expectedTexts(id: string, count: number): string[] {
  return Array.from({ length: count }, (_, place) => `${id} ${place + 1}`);
}
