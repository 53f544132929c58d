import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FILE_BYTES_MAX, readTextFile, readTextStream } from './read-text-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weftline-text-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(content: string | Uint8Array): Promise<string> {
  const path = join(folder, `${Math.random()}`);
  await writeFile(path, content);
  return path;
}

it('reads UTF-8, without the mark that some editors put first', async () => {
  expect(await readTextFile(await file('\uFEFFgrün'), 'it')).toBe('grün');
  expect(await readTextFile(await file(''), 'it')).toBe('');
});

it('names what is wrong with a file', async () => {
  const cases: readonly (readonly [path: string, code: string])[] = [
    [join(folder, 'missing'), 'FILE_NOT_FOUND'],
    [join(await file('x'), 'below-a-file'), 'FILE_NOT_FOUND'],
    [folder, 'FILE_UNREADABLE'],
    [join(folder, 'a\0b'), 'FILE_UNREADABLE'],
    [await file(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1])), 'FILE_NOT_TEXT'],
    [await file(new Uint8Array([0x61, 0xff, 0x62])), 'FILE_NOT_TEXT'],
  ];
  for (const [path, code] of cases) await expect(readTextFile(path, 'it')).rejects.toMatchObject({ code });
});

it.skipIf(process.getuid?.() === 0)('names a file that may not be read (root may read every file)', async () => {
  const path = await file('x');
  await chmod(path, 0);
  await expect(readTextFile(path, 'it')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

it('stops reading what has no end', async () => {
  async function* endless(): AsyncGenerator<Buffer> {
    const chunk = Buffer.alloc(FILE_BYTES_MAX / 8, 'x');
    for (;;) yield chunk;
  }
  await expect(readTextStream(endless(), 'it')).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
});
