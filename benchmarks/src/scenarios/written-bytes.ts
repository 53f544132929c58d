import { readFile } from 'node:fs/promises';

/** What this process has given to `write` and its siblings, all threads, in bytes; undefined where the system does not tell. */
export async function writtenByProcess(): Promise<number | undefined> {
  try {
    const text = await readFile('/proc/self/io', 'utf8');
    const bytes = /^wchar: (\d+)$/m.exec(text)?.[1];
    return bytes === undefined ? undefined : Number(bytes);
  } catch {
    return undefined;
  }
}
