import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseInputFlag } from './input-flag.ts';
import { collectInput, inputValue } from './input-values.ts';
import type { InputSources } from './input-values.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weftline-input-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function* stdin(text: string | Buffer): AsyncGenerator<string | Buffer> {
  yield text;
}

function collect(sources: Partial<InputSources>): Promise<Record<string, unknown>> {
  return collectInput({ flags: [], stdin: stdin(''), declared: {}, ...sources });
}

describe('parseInputFlag', () => {
  it('splits at the first equals sign', () => {
    expect(parseInputFlag('a=b=c')).toEqual({ name: 'a', text: 'b=c' });
    expect(parseInputFlag('a=')).toEqual({ name: 'a', text: '' });
  });

  it('refuses what has no name', () => {
    expect(parseInputFlag('=b')).toBeUndefined();
    expect(parseInputFlag('b')).toBeUndefined();
  });
});

describe('inputValue', () => {
  it.each([
    ['1', 1],
    ['-0.5', -0.5],
    ['true', true],
    ['null', null],
    ['[1, "x"]', [1, 'x']],
    ['{"a": 1}', { a: 1 }],
    ['"1"', '1'],
    ['text', 'text'],
    ['007', '007'],
    ['', ''],
    ['{ broken', '{ broken'],
  ])('reads %j', (text, expected) => {
    expect(inputValue(text)).toEqual(expected);
  });

  it('keeps numbers as text that would lose digits', () => {
    expect(inputValue('12345678901234567890')).toBe('12345678901234567890');
    expect(inputValue('1e400')).toBe('1e400');
    expect(inputValue('9007199254740991')).toBe(9007199254740991);
  });

  it('keeps the text where the workflow declares text', () => {
    const declaration = { required: true, schema: { type: 'string' } };
    expect(inputValue('12345', declaration)).toBe('12345');
    expect(inputValue('true', declaration)).toBe('true');
    expect(inputValue('"quoted"', declaration)).toBe('quoted');
  });
});

describe('collectInput', () => {
  it('lays flags over the file', async () => {
    const file = join(folder, 'input.yaml');
    await writeFile(file, 'a: 1\nb: [x]\n');
    const input = await collect({ file, flags: [{ name: 'a', text: '2' }] });
    expect(input).toEqual({ a: 2, b: ['x'] });
  });

  it('reads stdin for -', async () => {
    expect(await collect({ file: '-', stdin: stdin('{"a": null}') })).toEqual({ a: null });
  });

  it('takes __proto__ for a name like any other', async () => {
    const input = await collect({ flags: [{ name: '__proto__', text: '{"a":1}' }] });
    expect(Object.keys(input)).toEqual(['__proto__']);
    expect((input as { a?: unknown }).a).toBeUndefined();
  });

  it.each([
    ['a list', '[1]'],
    ['nothing', ''],
    ['text', 'hello'],
    ['broken YAML', 'a: [1\nb: }'],
  ])('refuses %s', async (_, text) => {
    await expect(collect({ file: '-', stdin: stdin(text) })).rejects.toMatchObject({ code: 'INPUT_FILE_INVALID' });
  });

  it('refuses bytes that are no text, and a file that is not there', async () => {
    const bytes = stdin(Buffer.from([0xff, 0xfe]));
    await expect(collect({ file: '-', stdin: bytes })).rejects.toMatchObject({ code: 'FILE_NOT_TEXT' });
    await expect(collect({ file: join(folder, 'none') })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
