import { chmod, lstat, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureOf, resultOf } from '../../../test/perform.ts';
import { temporaryDirectory } from '../../../test/temporary-directory.ts';
import { createBuiltinActions } from '../../builtin-actions.ts';

describe('core.write_file', { timeout: 60_000 }, () => {
  it.each([
    ['größe\n', 'größe\n'],
    ['', ''],
    [{ a: [1, null] }, '{\n  "a": [\n    1,\n    null\n  ]\n}\n'],
    [[], '[]\n'],
    [null, 'null\n'],
    [7, '7\n'],
    [false, 'false\n'],
  ])('writes %j', async (content, text) => {
    const path = join(await temporaryDirectory(), 'out.txt');
    expect(await resultOf('core.write_file', { path, content })).toEqual({ path, bytes: Buffer.byteLength(text) });
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('leaves nothing but the file, whether it is new or was there', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'out.txt');
    for (const content of ['first', 'second, longer', '3']) {
      await resultOf('core.write_file', { path, content });
      expect(await readFile(path, 'utf8')).toBe(content);
    }
    expect(await readdir(directory)).toEqual(['out.txt']);
  });

  it('never shows a file half written', async () => {
    const path = join(await temporaryDirectory(), 'out.txt');
    const contents = ['a', 'b'].map((letter) => letter.repeat(2_000_000));
    await resultOf('core.write_file', { path, content: contents[0] });
    let writing = true;
    const watched = (async () => {
      const seen = new Set<string>();
      while (writing) {
        const text = await readFile(path, 'utf8');
        seen.add(`${text.length} ${[...new Set(text)].join('')}`);
      }
      return seen;
    })();
    for (let count = 1; count <= 10; count += 1)
      await resultOf('core.write_file', { path, content: contents[count % 2] });
    writing = false;
    for (const each of await watched) expect(['2000000 a', '2000000 b']).toContain(each);
  });

  it('writes the same path from several attempts at once, one of them last', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'out.txt');
    const contents = Array.from({ length: 20 }, (_, count) => String(count).repeat(1_000));
    await Promise.all(contents.map((content) => resultOf('core.write_file', { path, content })));
    expect(contents).toContain(await readFile(path, 'utf8'));
    expect(await readdir(directory)).toEqual(['out.txt']);
  });

  it('keeps the permissions of a file that was there', async () => {
    const path = join(await temporaryDirectory(), 'run.sh');
    await writeFile(path, 'old');
    await chmod(path, 0o750);
    await resultOf('core.write_file', { path, content: 'new' });
    expect((await stat(path)).mode & 0o777).toBe(0o750);
  });

  it('writes through a link and leaves it a link', async () => {
    const directory = await temporaryDirectory();
    const [real, link] = [join(directory, 'real.txt'), join(directory, 'link.txt')];
    await writeFile(real, 'old');
    await symlink(real, link);
    expect(await resultOf('core.write_file', { path: link, content: 'new' })).toMatchObject({ path: real });
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(real, 'utf8')).toBe('new');
  });

  it('finds relative paths in the base directory', async () => {
    const baseDirectory = await temporaryDirectory();
    const actions = createBuiltinActions({ baseDirectory });
    const path = join(baseDirectory, 'out.txt');
    expect(await resultOf('core.write_file', { path: 'out.txt', content: 'x' }, { actions })).toEqual({
      path,
      bytes: 1,
    });
  });

  it('takes a name as long as the file system does', async () => {
    const path = join(await temporaryDirectory(), 'x'.repeat(255));
    expect(await resultOf('core.write_file', { path, content: 'x' })).toMatchObject({ path });
  });

  it('puts no file in the place of a directory or a device', async () => {
    for (const path of [await temporaryDirectory(), '/dev/null']) {
      expect(await failureOf('core.write_file', { path, content: 'x' })).toEqual({
        kind: 'application',
        code: 'FILE_UNWRITABLE',
        message: `cannot write ${path}: expected a file or nothing there`,
        retryable: false,
        details: { path, reason: null },
      });
    }
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('fails where there is no directory, or a file in its place, with the path', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'file'), '');
    for (const [path, reason] of [
      [join(directory, 'gone', 'out.txt'), 'ENOENT'],
      [join(directory, 'file', 'out.txt'), 'ENOTDIR'],
    ] as const) {
      expect(await failureOf('core.write_file', { path, content: 'x' })).toMatchObject({
        code: 'FILE_UNWRITABLE',
        message: expect.stringContaining(`cannot write ${path}: ${reason}`) as string,
        details: { path, reason },
      });
    }
    expect(await readdir(directory)).toEqual(['file']);
  });

  it.skipIf(process.getuid?.() === 0)(
    'fails where it may not write (skipped for root, who may write everywhere)',
    async () => {
      const directory = join(await temporaryDirectory(), 'closed');
      await mkdir(directory, { mode: 0o500 });
      expect(await failureOf('core.write_file', { path: join(directory, 'x'), content: '' })).toMatchObject({
        code: 'FILE_UNWRITABLE',
        details: { reason: 'EACCES' },
      });
    },
  );

  it('changes nothing when it is aborted', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'out.txt');
    await writeFile(path, 'old');
    const signal = AbortSignal.abort(new DOMException('stop', 'AbortError'));
    expect(await failureOf('core.write_file', { path, content: 'new' }, { signal })).toMatchObject({
      kind: 'canceled',
    });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(directory)).toEqual(['out.txt']);
  });

  it.each([
    [{ content: 'x' }, 'expected input.path to be the path of a file, got nothing'],
    [{ path: 'a' }, 'expected input.content to be text or JSON, got nothing'],
    [{ path: 'a', contents: 'x' }, 'got "contents"; did you mean "content"?'],
  ])('refuses the input %j', async (input, message) => {
    const failure = await failureOf('core.write_file', input);
    expect(failure).toMatchObject({ code: 'INPUT_INVALID', retryable: false });
    expect(failure.message).toContain(message);
  });
});
