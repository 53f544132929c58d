import { appendFile, chmod, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureOf, resultOf } from '../../../test/perform.ts';
import { temporaryDirectory } from '../../../test/temporary-directory.ts';
import { createBuiltinActions } from '../../builtin-actions.ts';

async function file(content: string | Uint8Array): Promise<string> {
  const path = join(await temporaryDirectory(), 'file.txt');
  await writeFile(path, content);
  return path;
}

async function linesOf(content: string | Uint8Array, input: object = {}): Promise<unknown> {
  return resultOf('core.read_lines', { path: await file(content), ...input });
}

describe('core.read_lines', { timeout: 60_000 }, () => {
  it.each([
    ['', []],
    ['\n', ['']],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\nb', ['a', 'b']],
    ['a\n\nb\n\n', ['a', '', 'b', '']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['\r\n\r\n', ['', '']],
    ['a\rb\n', ['a\rb']],
    ['a\u2028b\vc\fd\n', ['a\u2028b\vc\fd']],
    ['\uFEFFa\n\uFEFFb', ['a', '\uFEFFb']],
    ['größe\n✓ \u{1F600}\n', ['größe', '✓ \u{1F600}']],
    ['a\0b\n', ['a\0b']],
  ])('answers the lines of %j', async (content, lines) => {
    expect(await linesOf(content)).toEqual(lines);
  });

  it('leaves out empty lines when it is told to', async () => {
    expect(await linesOf('a\n\r\n \n\nb\n\n', { skip_empty: true })).toEqual(['a', ' ', 'b']);
  });

  it('answers no more lines than the limit, counted after empty ones are left out', async () => {
    expect(await linesOf('a\nb\nc\n', { limit: 2 })).toEqual(['a', 'b']);
    expect(await linesOf('a\nb\nc', { limit: 3 })).toEqual(['a', 'b', 'c']);
    expect(await linesOf('a\nb\nc', { limit: 9 })).toEqual(['a', 'b', 'c']);
    expect(await linesOf('\n\na\n\nb\nc', { limit: 2, skip_empty: true })).toEqual(['a', 'b']);
    expect(await linesOf('a\n', { limit: 0 })).toEqual([]);
  });

  it('reads no further than the limit needs', async () => {
    const path = await file('first\n');
    const handle = await open(path, 'r+');
    await handle.truncate(200_000_000);
    await handle.close();
    expect(await resultOf('core.read_lines', { path, limit: 1 })).toEqual(['first']);
  });

  it.each([
    ['latin1', Buffer.from([0x67, 0x72, 0xfc, 0x6e, 0x0a]), ['grün']],
    ['utf16le', Buffer.from('\uFEFFgrün\r\nrot', 'utf16le'), ['grün', 'rot']],
    ['ascii', Buffer.from('green\n'), ['green']],
    ['utf8', Buffer.from([0x61, 0xff, 0x62, 0x0a]), ['a\uFFFDb']],
  ])('decodes %s', async (encoding, bytes, lines) => {
    expect(await linesOf(bytes, { encoding })).toEqual(lines);
  });

  it('keeps lines, line ends and characters whole across the pieces in which a file is read', async () => {
    const line = (position: number): string => `${'ü✓\u{1F600}'.repeat(position % 50)}${position}`;
    const lines = Array.from({ length: 20_000 }, (_, position) => line(position));
    expect(await linesOf(lines.join('\r\n'))).toEqual(lines);
    for (let shift = 0; shift < 4; shift += 1) {
      const [first, second] = ['x'.repeat(65_534 + shift), 'y'.repeat(70_000)];
      expect(await linesOf(`${first}\r\n${second}\r\n`)).toEqual([first, second]);
    }
  });

  it('reads one long line in reasonable time', async () => {
    const long = 'x'.repeat(20_000_000);
    expect(await linesOf(`${long}\nend`)).toEqual([long, 'end']);
  });

  it('refuses more bytes than it may read', async () => {
    const path = await file('x'.repeat(1_000));
    expect(await resultOf('core.read_lines', { path, bytes_max: 1_000 })).toHaveLength(1);
    await appendFile(path, 'y');
    expect(await failureOf('core.read_lines', { path, bytes_max: 1_000 })).toEqual({
      kind: 'application',
      code: 'FILE_TOO_LARGE',
      message: `expected at most 1000 bytes to read in ${path}, got more`,
      retryable: false,
      details: { path, bytes_max: 1_000 },
    });
  });

  it('fails on a file that is not there or is none, with its path', async () => {
    const directory = await temporaryDirectory();
    const gone = join(directory, 'gone.log');
    expect(await failureOf('core.read_lines', { path: gone })).toEqual({
      kind: 'application',
      code: 'FILE_UNREADABLE',
      message: `cannot read ${gone}: ENOENT: no such file or directory, open '${gone}'`,
      retryable: true,
      details: { path: gone, reason: 'ENOENT' },
    });
    expect(await failureOf('core.read_lines', { path: directory })).toMatchObject({
      code: 'FILE_UNREADABLE',
      details: { path: directory, reason: 'EISDIR' },
    });
    expect(await failureOf('core.read_lines', { path: 'x'.repeat(5_000) })).toMatchObject({
      code: 'FILE_UNREADABLE',
      details: { reason: 'ENAMETOOLONG' },
    });
  });

  it.skipIf(process.getuid?.() === 0)(
    'fails on a file it may not read (skipped for root, who may read all)',
    async () => {
      const path = await file('secret');
      await chmod(path, 0);
      expect(await failureOf('core.read_lines', { path })).toMatchObject({
        code: 'FILE_UNREADABLE',
        details: { reason: 'EACCES' },
      });
    },
  );

  it('finds relative paths in the base directory, else in the working directory', async () => {
    const baseDirectory = await temporaryDirectory();
    await mkdir(join(baseDirectory, 'in'));
    await writeFile(join(baseDirectory, 'in', 'a.txt'), 'here\n');
    const actions = createBuiltinActions({ baseDirectory });
    expect(await resultOf('core.read_lines', { path: 'in/a.txt' }, { actions })).toEqual(['here']);
    expect(await resultOf('core.read_lines', { path: join(baseDirectory, 'in/a.txt') }, { actions })).toEqual(['here']);
    expect(await failureOf('core.read_lines', { path: 'in/a.txt' })).toMatchObject({
      details: { path: join(process.cwd(), 'in/a.txt') },
    });
  });

  it('stops when it is aborted', async () => {
    const path = await file('x\n'.repeat(1_000_000));
    const controller = new AbortController();
    const outcome = failureOf('core.read_lines', { path }, { signal: controller.signal });
    controller.abort(new DOMException('too late', 'TimeoutError'));
    expect(await outcome).toEqual({ kind: 'timeout', message: 'too late', retryable: true });
  });

  it.each([
    [{}, 'expected input.path to be the path of a file, got nothing'],
    [{ path: 7 }, 'expected input.path to be the path of a file, got the number 7'],
    [{ path: 'a\0b' }, 'expected input.path to be the path of a file'],
    [
      { path: 'a', encoding: 'utf7' },
      'expected input.encoding to be one of utf8, utf16le, latin1, ascii, got the text "utf7"',
    ],
    [{ path: 'a', limit: -1 }, 'expected input.limit to be an integer of at least 0, got the number -1'],
    [{ path: 'a', skip_empty: 'yes' }, 'expected input.skip_empty to be true or false, got the text "yes"'],
    [{ file: 'a' }, 'expected only path, encoding, skip_empty, limit, bytes_max in input, got "file"'],
  ])('refuses the input %j', async (input, message) => {
    const failure = await failureOf('core.read_lines', input);
    expect(failure).toMatchObject({ code: 'INPUT_INVALID', retryable: false });
    expect(failure.message).toContain(message);
  });
});

describe('core.read_json', () => {
  it.each(['null', '0', '"text"', ' [1, {"a": null}]\n', '{"__proto__": {"x": 1}, "constructor": 2}'])(
    'answers %s',
    async (text) => {
      const result = await resultOf('core.read_json', { path: await file(`\uFEFF${text}`) });
      expect(JSON.stringify(result)).toBe(JSON.stringify(JSON.parse(text)));
    },
  );

  it('keeps characters whole across the pieces in which a file is read', async () => {
    const value = { text: 'ü✓\u{1F600}'.repeat(50_000) };
    expect(await resultOf('core.read_json', { path: await file(JSON.stringify(value)) })).toEqual(value);
  });

  it.each(['', '{"a":', '{} {}', 'undefined'])('fails on %j, with the path', async (text) => {
    const path = await file(text);
    expect(await failureOf('core.read_json', { path })).toMatchObject({
      code: 'FILE_NOT_JSON',
      message: expect.stringContaining(`expected ${path} to hold JSON: `) as string,
      retryable: false,
      details: { path },
    });
  });

  it('fails on JSON too deep to hold, on too much and on nothing there', async () => {
    const deep = await file('['.repeat(100_000) + ']'.repeat(100_000));
    expect(await failureOf('core.read_json', { path: deep })).toMatchObject({ code: 'RESULT_NOT_JSON' });
    expect(await failureOf('core.read_json', { path: deep, bytes_max: 9 })).toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect(await failureOf('core.read_json', { path: `${deep}.gone` })).toMatchObject({ code: 'FILE_UNREADABLE' });
    expect(await failureOf('core.read_json', {})).toMatchObject({ code: 'INPUT_INVALID' });
  });
});
