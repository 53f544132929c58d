import type { DumpEntry, StoreFinding } from './maintenance.ts';

/** Only the findings among the entries of a dump; for authors of stores, whose `check` reads what their `dump` reads. */
export async function* findingsOf(entries: AsyncIterable<DumpEntry>): AsyncGenerator<StoreFinding> {
  for await (const entry of entries) if (entry.kind === 'finding') yield entry.finding;
}
