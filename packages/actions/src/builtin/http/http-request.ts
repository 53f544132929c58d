import { quote } from '../../describe-value.ts';
import { argument, anything, integer, oneOf, optional, pairsOf, text } from '../../input/fields.ts';
import { invalidInput, mismatch, readInput, type Field } from '../../input/read-input.ts';
import { anySuccess, expectStatus, type StatusExpectation } from './status-expectation.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof methods)[number];

const bodyBytesDefault = 10_000_000;

/** A request as `fetch` takes it, checked, with everything else the action needs to know. */
export interface HttpRequest {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string | null;
  readonly redirect: 'follow' | 'manual';
  readonly expected: StatusExpectation;
  readonly bodyBytesMax: number;
  /** The request as messages show it: without query, which may hold keys. */
  readonly shown: string;
}

export function httpRequest(input: unknown, idempotencyKey: string): HttpRequest {
  const read = readInput(input, {
    url: urlField,
    method: optional(methodField, 'GET'),
    headers: optional(pairsOf(argument), []),
    query: optional(pairsOf(queryField), []),
    body: optional(text, undefined),
    json: anything,
    expect_status: optional(expectStatus, anySuccess),
    redirect: optional(oneOf(['follow', 'manual']), 'follow'),
    body_bytes_max: optional(integer(0), bodyBytesDefault),
  });
  const { method, url } = read;
  for (const [name, values] of read.query) for (const value of values) url.searchParams.append(name, value);
  const headers = headersOf(read.headers);
  if (method !== 'GET' && method !== 'HEAD' && !headers.has('idempotency-key')) {
    headers.set('idempotency-key', headerSafe(idempotencyKey));
  }
  return {
    method,
    url,
    headers,
    body: bodyOf(read, headers),
    redirect: read.redirect,
    expected: read.expect_status,
    bodyBytesMax: read.body_bytes_max,
    shown: `${method} ${url.origin}${url.pathname}`,
  };
}

const urlField: Field<URL> = (value, path) => {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw mismatch(path, 'a URL that begins with http:// or https://', value);
  }
  // The value stays out of the message: it holds a password.
  if (url.username !== '' || url.password !== '') {
    throw invalidInput(`expected ${path} to hold no user name or password; send them in an authorization header`);
  }
  return url;
};

const methodField: Field<Method> = (value, path) =>
  oneOf(methods)(typeof value === 'string' ? value.toUpperCase() : value, path);

/** One value, several, or null for none. */
const queryField: Field<readonly string[]> = (value, path) => {
  if (value === null) return [];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.map((each, index) => argument(each, Array.isArray(value) ? `${path}[${index}]` : path));
};

function headersOf(pairs: readonly (readonly [string, string])[]): Headers {
  const headers = new Headers();
  for (const [name, value] of pairs) {
    try {
      headers.append(name, value);
    } catch {
      // Neither the value nor the error, which quotes it, is told: headers hold secrets.
      throw invalidInput(`expected input.headers to hold HTTP headers, got one that is not allowed: ${quote(name)}`);
    }
  }
  return headers;
}

function bodyOf(read: { method: Method; body: string | undefined; json: unknown }, headers: Headers): string | null {
  if (read.json !== undefined && read.body !== undefined)
    throw invalidInput('expected input.body or input.json, got both');
  const body = read.json === undefined ? read.body : JSON.stringify(read.json);
  if (body === undefined) return null;
  if (read.method === 'GET' || read.method === 'HEAD') {
    throw invalidInput(
      `expected no body with the method ${read.method}, got input.${read.json === undefined ? 'body' : 'json'}`,
    );
  }
  if (read.json !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
  return body;
}

/** Keys name executions and tasks, which may be written in any alphabet; headers are ASCII. */
function headerSafe(key: string): string {
  return /^[\x21-\x7e]{1,1024}$/.test(key) ? key : Buffer.from(key, 'utf8').toString('base64url');
}
