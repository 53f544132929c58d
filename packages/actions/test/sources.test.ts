import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createActionExecutor } from '../src/action-executor.ts';
import { builtinActions } from '../src/builtin-actions.ts';
import { httpServer } from './http-server.ts';
import { failureOf, request, resultOf } from './perform.ts';
import { temporaryDirectory } from './temporary-directory.ts';

interface Page {
  readonly items: readonly unknown[];
  readonly cursor?: unknown;
}

/** Everything that a source gives, page by page; throws its failure. */
async function pagesOf(action: string, input: unknown, cursor?: unknown): Promise<readonly Page[]> {
  const source = createActionExecutor(builtinActions).openSource?.(
    { ...request, action, input, cursor },
    { signal: new AbortController().signal, log: () => undefined },
  );
  const pages: Page[] = [];
  for (;;) {
    const step = await source?.next();
    if (step?.kind === 'items') pages.push(step);
    else if (step?.kind === 'failed') throw new Error(step.failure.code, { cause: step.failure });
    else return pages;
  }
}

async function fileWith(content: string | Buffer): Promise<string> {
  const path = join(await temporaryDirectory(), 'file');
  await writeFile(path, content);
  return path;
}

const itemsOf = (pages: readonly Page[]): readonly unknown[] => pages.flatMap(({ items }) => items);

/** Whatever page it goes on behind, the same items follow. */
async function expectToGoOn(action: string, input: unknown): Promise<void> {
  const pages = await pagesOf(action, input);
  expect(pages.length).toBeGreaterThan(1);
  for (const [at, { cursor }] of pages.entries()) {
    if (cursor === undefined) continue;
    expect(itemsOf(await pagesOf(action, input, cursor))).toEqual(itemsOf(pages.slice(at + 1)));
  }
}

describe('core.read_lines as a source', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\nb\n', ['a', 'b']],
    ['a\r\nb\r\n\r\n', ['a', 'b', '']],
    ['\uFEFFä\n€', ['ä', '€']],
  ])('gives the lines of %j', async (content, lines) => {
    const path = await fileWith(content);
    expect(itemsOf(await pagesOf('core.read_lines', { path }))).toEqual(lines);
    expect(await resultOf('core.read_lines', { path })).toEqual(lines);
  });

  it('goes on behind any page, over pieces of the file', async () => {
    const lines = Array.from({ length: 3000 }, (_, at) => `${at} ${'é'.repeat(at % 97)}`);
    const path = await fileWith(lines.join('\r\n'));
    expect(itemsOf(await pagesOf('core.read_lines', { path }))).toEqual(lines);
    await expectToGoOn('core.read_lines', { path, skip_empty: true, limit: 250 });
    expect(itemsOf(await pagesOf('core.read_lines', { path, limit: 250 }))).toEqual(lines.slice(0, 250));
  });

  it('reads UTF-16, without cursors', async () => {
    const path = await fileWith(Buffer.from('\uFEFFa\nb', 'utf16le'));
    const pages = await pagesOf('core.read_lines', { path, encoding: 'utf16le' });
    expect(itemsOf(pages)).toEqual(['a', 'b']);
    expect(pages.every(({ cursor }) => cursor === undefined)).toBe(true);
  });

  it('fails for a line that is too long, and for a cursor of something else', async () => {
    const path = await fileWith('x'.repeat(200_000));
    await expect(pagesOf('core.read_lines', { path, bytes_max: 1000 })).rejects.toThrow('FILE_TOO_LARGE');
    await expect(pagesOf('core.read_lines', { path }, { page: 2 })).rejects.toThrow('CURSOR_INVALID');
  });
});

describe('core.read_jsonl', () => {
  it('gives values, without blank lines, and goes on behind any page', async () => {
    const values = Array.from({ length: 500 }, (_, id) => ({ id, text: 'x'.repeat(id % 50) }));
    const path = await fileWith(
      values.map((value) => `${JSON.stringify(value)}\n${value.id % 9 === 0 ? '  \n' : ''}`).join(''),
    );
    expect(itemsOf(await pagesOf('core.read_jsonl', { path }))).toEqual(values);
    expect(await resultOf('core.read_jsonl', { path, limit: 3 })).toEqual(values.slice(0, 3));
    await expectToGoOn('core.read_jsonl', { path });
  });

  it('names the line that is no JSON', async () => {
    const path = await fileWith('1\n\n{"a":\n');
    expect(await failureOf('core.read_jsonl', { path })).toMatchObject({
      ...{ code: 'JSONL_INVALID', retryable: false, details: { line: 3 } },
    });
  });
});

describe('core.read_csv', () => {
  it.each<readonly [string, object, readonly unknown[]]>([
    [
      'a,b\r\n1,"x\ny, ""z"""\r\n2,\r\n',
      {},
      [
        { a: '1', b: 'x\ny, "z"' },
        { a: '2', b: '' },
      ],
    ],
    ['\uFEFFa;b\n1;2', { delimiter: ';' }, [{ a: '1', b: '2' }]],
    [
      '1,2\n3,4',
      { columns: ['a', 'b'], header: false },
      [
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ],
    ],
    [
      '1,2\n3,4',
      { header: false },
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['a,b\n', {}, []],
    ['a\n1\n2\n3', { limit: 2 }, [{ a: '1' }, { a: '2' }]],
  ])('reads %j with %j', async (content, options, records) => {
    const path = await fileWith(content);
    expect(await resultOf('core.read_csv', { path, ...options })).toEqual(records);
  });

  it('goes on behind any page', async () => {
    const rows = Array.from({ length: 450 }, (_, at) => `${at},"a ""quoted""\r\n${'é'.repeat(at % 31)}"\r\n`);
    const path = await fileWith(`\uFEFFid,text\r\n${rows.join('')}`);
    expect(itemsOf(await pagesOf('core.read_csv', { path }))).toHaveLength(450);
    await expectToGoOn('core.read_csv', { path });
  });

  it('fails with CSV_INVALID for a quote that stays open, and FILE_UNREADABLE without a file', async () => {
    expect(await failureOf('core.read_csv', { path: await fileWith('a\n"x') })).toMatchObject({ code: 'CSV_INVALID' });
    expect(await failureOf('core.read_csv', { path: '/nowhere/at/all' })).toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

describe('core.http_pages', () => {
  const answer = (response: ServerResponse, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

  it('follows the addresses in the bodies, and goes on with the next page', async () => {
    const server = await httpServer((response, { url }) => {
      const page = Number(new URL(url, 'http://x').searchParams.get('page') ?? 1);
      answer(response, {
        data: { rows: [page, page * 10] },
        meta: { next: page < 3 ? `/rows?page=${page + 1}` : null },
      });
    });
    const input = { url: `${server.url}/rows`, query: { size: 2 }, items: 'data.rows', next: 'meta.next' };
    expect(await resultOf('core.http_pages', input)).toEqual([1, 10, 2, 20, 3, 30]);
    expect(server.received[0]?.url).toBe('/rows?size=2');
    await expectToGoOn('core.http_pages', input);
    expect(await resultOf('core.http_pages', { ...input, pages_max: 2 })).toEqual([1, 10, 2, 20]);
  });

  it('follows the header Link', async () => {
    const server = await httpServer((response, { url }) =>
      answer(response, [url], url === '/' ? { link: '</last>; rel="last", </next>; rel="next"' } : {}),
    );
    expect(await resultOf('core.http_pages', { url: server.url })).toEqual(['/', '/next']);
  });

  it.each<readonly [string, unknown]>([
    ['something else than a list', { rows: 5 }],
    ['the next page elsewhere', { rows: [], next: 'https://example.org/steal' }],
    ['no address', { rows: [], next: 7 }],
  ])('fails with HTTP_PAGE for %s', async (_what, body) => {
    const server = await httpServer((response) => answer(response, body));
    const failure = await failureOf('core.http_pages', { url: server.url, items: 'rows', next: 'next' });
    expect(failure).toMatchObject({ code: 'HTTP_PAGE', retryable: false });
  });
});
