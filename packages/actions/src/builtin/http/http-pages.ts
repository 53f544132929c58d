import { ActionError, type ActionSupport } from '../../action.ts';
import { describeValue } from '../../describe-value.ts';
import { anything, integer, optional, text } from '../../input/fields.ts';
import { readInput } from '../../input/read-input.ts';
import { defineSource, itemPage, type ItemPage, type SourceAction } from '../../source.ts';
import { http } from './http.ts';
import type { HttpResult } from './http-response.ts';

interface PagesOptions {
  readonly url: string;
  readonly headers: unknown;
  readonly query: unknown;
  /** Keys that lead from the body to the list; none where it is the list. */
  readonly items: readonly string[];
  /** Keys that lead to the address of the next page; none where the header `Link` tells it. */
  readonly next: readonly string[];
  readonly pagesMax: number;
}

/** The page to be read next. */
interface PagesCursor {
  readonly url: string;
  readonly pages: number;
}

/**
 * The items of an API that gives them page by page. `items` names the list in the body (`data.rows`), `next` the address of the next
 * page (`meta.next`, null or absent on the last one); without `next` the header `Link` with rel="next" tells it. Pages of another origin are
 * refused, since headers would go there. Fails as core.http does, or with HTTP_PAGE. As a source it goes on with the next page.
 */
export const httpPages: SourceAction = defineSource<unknown>((input, support) => {
  const read = readInput(input, {
    url: text,
    headers: anything,
    query: anything,
    items: optional(text, ''),
    next: optional(text, ''),
    pages_max: optional(integer(1), Infinity),
  });
  const { url, headers, query, pages_max: pagesMax } = read;
  const options = { url, headers, query, items: keysOf(read.items), next: keysOf(read.next), pagesMax };
  return pagesOf(options, support, (support.cursor as PagesCursor | undefined) ?? { url, pages: 0 });
});

function keysOf(path: string): readonly string[] {
  return path === '' ? [] : path.split('.');
}

async function* pagesOf(
  options: PagesOptions,
  support: ActionSupport,
  from: PagesCursor,
): AsyncGenerator<ItemPage, void, undefined> {
  let { url, pages } = from;
  while (pages < options.pagesMax) {
    const { headers } = options;
    const query = pages === 0 ? options.query : undefined;
    const answer = await http({ url, headers, query }, support);
    pages += 1;
    const next = nextOf(answer, options, url);
    const items = itemsOf(answer, options, url);
    if (next === undefined) {
      yield itemPage(items);
      return;
    }
    yield itemPage(items, { url: next, pages } satisfies PagesCursor);
    url = next;
  }
}

function itemsOf({ body }: HttpResult, { items }: PagesOptions, url: string): readonly unknown[] {
  const list = memberAt(body, items);
  if (Array.isArray(list)) return list;
  const where = items.length === 0 ? 'the body' : `"${items.join('.')}" in the body`;
  throw pageError(`expected ${where} to be a list, got ${describeValue(list)}`, url);
}

function nextOf(answer: HttpResult, { next, url: first }: PagesOptions, url: string): string | undefined {
  const told = next.length === 0 ? linkOf(answer) : memberAt(answer.body, next);
  if (told === undefined || told === null || told === '') return undefined;
  if (typeof told !== 'string' || !URL.canParse(told, url)) {
    throw pageError(`expected the address of the next page, got ${describeValue(told)}`, url);
  }
  const address = new URL(told, url);
  if (address.origin === new URL(first).origin) return address.href;
  throw pageError(`expected the next page at ${new URL(first).origin}, got one at ${address.origin}`, url);
}

function linkOf({ headers }: HttpResult): string | undefined {
  const link = headers['link'] ?? '';
  const match = /<([^<>]{1,8000})>\s*;[^,]{0,1000}?\brel="?next"?/i.exec(String(link));
  return match?.[1];
}

function memberAt(value: unknown, keys: readonly string[]): unknown {
  let at: unknown = value;
  for (const key of keys) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}

function pageError(message: string, url: string): ActionError {
  const { origin, pathname } = new URL(url);
  return new ActionError(`${message}, at ${origin}${pathname}`, { code: 'HTTP_PAGE', retryable: false });
}
