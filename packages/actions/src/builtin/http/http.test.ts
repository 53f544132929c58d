import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpServer } from '../../../test/http-server.ts';
import { failureOf, request, resultOf } from '../../../test/perform.ts';
import type { HttpResult } from './http-response.ts';

async function get(input: unknown): Promise<HttpResult> {
  return (await resultOf('core.http', input)) as HttpResult;
}

/** A server below HTTP, for answers that no HTTP server would give. */
async function rawServer(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('a request', () => {
  it('carries method, headers, query and text', async () => {
    const server = await httpServer((response) => response.end('ok'));
    await get({
      url: `${server.url}/a?x=1`,
      method: 'post',
      headers: { 'X-Number': 7, 'x-flag': true },
      query: { q: 'a b&c', list: [1, 'two', false], none: null, x: 2 },
      body: 'hällo',
    });
    const [received] = server.received;
    expect(received).toMatchObject({
      method: 'POST',
      url: '/a?x=1&q=a+b%26c&list=1&list=two&list=false&x=2',
      body: 'hällo',
      headers: { 'x-number': '7', 'x-flag': 'true', 'content-type': 'text/plain;charset=UTF-8' },
    });
  });

  it('carries JSON with its content type, null included', async () => {
    const server = await httpServer((response) => response.end());
    await get({ url: server.url, method: 'PUT', json: { a: [1, 'ü'] } });
    await get({ url: server.url, method: 'PUT', json: null, headers: { 'Content-Type': 'application/vnd.api+json' } });
    expect(server.received.map(({ body, headers }) => [body, headers['content-type']])).toEqual([
      ['{"a":[1,"ü"]}', 'application/json'],
      ['null', 'application/vnd.api+json'],
    ]);
  });

  it('carries the idempotency key unless it is a read or has one already', async () => {
    const server = await httpServer((response) => response.end());
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      await get({ url: server.url, method });
    await get({ url: server.url, method: 'POST', headers: { 'IDEMPOTENCY-KEY': 'mine' } });
    const keys = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(keys.slice(0, 2)).toEqual([undefined, undefined]);
    expect(new Set(keys.slice(2, 7))).toEqual(new Set([request.idempotencyKey]));
    expect(keys[7]).toBe('mine');
  });

  it('encodes a key that no header can hold', async () => {
    const server = await httpServer((response) => response.end());
    await resultOf(
      'core.http',
      { url: server.url, method: 'POST' },
      { request: { idempotencyKey: 'größe 1\r\nx: y' } },
    );
    expect(server.received[0]?.headers).toMatchObject({
      'idempotency-key': Buffer.from('größe 1\r\nx: y').toString('base64url'),
    });
    expect(server.received[0]?.headers).not.toHaveProperty('x');
  });

  it('uses connections again, also around failures', async () => {
    const server = await httpServer((response, { url }) => {
      response.statusCode = url === '/bad' ? 500 : 200;
      response.end('x'.repeat(20_000));
    });
    for (let count = 0; count < 10; count += 1) {
      await get({ url: server.url });
      await failureOf('core.http', { url: `${server.url}/bad` });
    }
    expect(new Set(server.received.map(({ remotePort }) => remotePort)).size).toBeLessThan(20);
  });
});

describe('an answer', () => {
  it('is its status, its headers and its text', async () => {
    const server = await httpServer((response) => {
      response.writeHead(201, {
        'X-A': ['1', '2'],
        'Set-Cookie': ['a=1, x', 'b=2'],
        'content-type': 'text/plain; charset=utf-8',
      });
      response.end('grün');
    });
    const { status, headers, body } = await get({ url: server.url });
    expect([status, body]).toEqual([201, 'grün']);
    expect(headers).toMatchObject({ 'x-a': '1, 2', 'set-cookie': ['a=1, x', 'b=2'] });
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/Problem+JSON', 'text/json'])(
    'of the type %s is what its JSON says',
    async (type) => {
      const server = await httpServer((response) =>
        response.setHeader('content-type', type).end('\uFEFF{"a":[1,{"__proto__":2}]}'),
      );
      expect(JSON.stringify((await get({ url: server.url })).body)).toBe('{"a":[1,{"__proto__":2}]}');
    },
  );

  it.each(['application/jsonp', 'application/json-seq', 'text/html', 'nonsense', ''])(
    'of the type %j is text',
    async (type) => {
      const server = await httpServer((response) => response.setHeader('content-type', type).end('{"a":1}'));
      expect((await get({ url: server.url })).body).toBe('{"a":1}');
    },
  );

  it.each([
    ['text/plain; charset=iso-8859-1', Buffer.from([0xe4]), 'ä'],
    ['text/plain; charset="utf-16le"', Buffer.from('ä', 'utf16le'), 'ä'],
    ['text/plain; charset=unheard-of', Buffer.from('ä'), 'ä'],
    ['application/octet-stream', Buffer.from([0x61, 0xff]), 'a\uFFFD'],
  ])('of the type %s is decoded', async (type, bytes, expected) => {
    const server = await httpServer((response) => response.setHeader('content-type', type).end(bytes));
    expect((await get({ url: server.url })).body).toBe(expected);
  });

  it('without a body has the body null', async () => {
    const server = await httpServer((response) =>
      response.writeHead(204, { 'content-type': 'application/json' }).end(),
    );
    expect(await get({ url: server.url })).toMatchObject({ status: 204, body: null });
    expect(await get({ url: server.url, method: 'HEAD' })).toMatchObject({ body: null });
  });

  it('that promises JSON and is none fails', async () => {
    const server = await httpServer((response) => response.setHeader('content-type', 'application/json').end('{"a":'));
    expect(await failureOf('core.http', { url: `${server.url}/p?key=secret` })).toMatchObject({
      code: 'HTTP_BODY_INVALID',
      message: expect.stringContaining(`expected the body of GET ${server.url}/p to be JSON`) as string,
      details: { status: 200 },
    });
  });

  it('in JSON of a depth that nothing can hold fails', async () => {
    const text = '['.repeat(100_000) + ']'.repeat(100_000);
    const server = await httpServer((response) => response.setHeader('content-type', 'application/json').end(text));
    expect(await failureOf('core.http', { url: server.url })).toMatchObject({
      kind: 'application',
      code: 'RESULT_NOT_JSON',
    });
  });

  it('keeps a header that is named like a trap', async () => {
    const url = await rawServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\n__proto__: x\r\nconstructor: y\r\ncontent-length: 0\r\n\r\n'),
    );
    const { headers } = await get({ url });
    expect(JSON.parse(JSON.stringify(headers))).toHaveProperty('constructor', 'y');
    expect(Object.entries(headers)).toContainEqual(['__proto__', 'x']);
  });
});

describe('a status', () => {
  it.each([
    [500, true],
    [503, true],
    [408, true],
    [425, true],
    [429, true],
    [400, false],
    [404, false],
    [304, false],
  ])('of %i fails, retryable: %j', async (status, retryable) => {
    const server = await httpServer((response) => response.writeHead(status).end(status === 304 ? undefined : 'why'));
    expect(await failureOf('core.http', { url: `${server.url}/path?token=secret` })).toMatchObject({
      kind: 'application',
      code: 'HTTP_STATUS',
      message: expect.stringMatching(
        new RegExp(`^expected status 2xx from GET ${server.url}/path, got ${status} `),
      ) as string,
      retryable,
      details: { status, body: status === 304 ? null : 'why' },
    });
  });

  it('that fails keeps what the server says, JSON as JSON, and only the beginning of much', async () => {
    const server = await httpServer((response, { url }) => {
      response.writeHead(422, { 'content-type': 'application/json', 'retry-after': '7' });
      response.end(
        url === '/much' ? JSON.stringify('x'.repeat(100_000)) : url === '/broken' ? '{' : '{"reason":"stock"}',
      );
    });
    const details = async (path: string): Promise<unknown> =>
      (await failureOf('core.http', { url: server.url + path })).details;
    expect(await details('/')).toMatchObject({ body: { reason: 'stock' }, headers: { 'retry-after': '7' } });
    expect(await details('/broken')).toMatchObject({ body: null });
    expect(((await details('/much')) as { body: string }).body).toHaveLength(10_000);
  });

  it.each([
    [404, 404],
    ['4xx', 404],
    ['any', 404],
    [[200, '4xx'], 404],
    [['2XX'], 204],
  ])('of those that %j expects does not fail', async (expect_status, status) => {
    const server = await httpServer((response) => response.writeHead(status).end());
    expect((await get({ url: server.url, expect_status })).status).toBe(status);
  });

  it('outside those expected fails and says which were', async () => {
    const server = await httpServer((response) => response.end());
    expect(await failureOf('core.http', { url: server.url, expect_status: [201, '3xx'] })).toMatchObject({
      message: expect.stringContaining('expected status 201 or 3xx from') as string,
    });
  });
});

describe('a redirect', () => {
  it('is followed unless it is to be seen', async () => {
    const server = await httpServer((response, { url }) => {
      if (url === '/new') response.end('moved');
      else response.writeHead(302, { location: '/new' }).end();
    });
    expect((await get({ url: server.url })).body).toBe('moved');
    expect(await get({ url: server.url, redirect: 'manual', expect_status: 302 })).toMatchObject({
      status: 302,
      headers: { location: '/new' },
    });
    expect(await failureOf('core.http', { url: server.url, redirect: 'manual' })).toMatchObject({
      code: 'HTTP_STATUS',
    });
  });

  it('that never ends fails', async () => {
    const server = await httpServer((response) => response.writeHead(302, { location: '/again' }).end());
    expect(await failureOf('core.http', { url: server.url })).toMatchObject({
      code: 'HTTP_UNREACHABLE',
      message: expect.stringContaining('redirect count exceeded') as string,
    });
  });
});

describe('a large body', { timeout: 60_000 }, () => {
  it('may be as large as it is allowed to be and no larger', async () => {
    const server = await httpServer((response) => response.end('x'.repeat(1_000)));
    expect((await get({ url: server.url, body_bytes_max: 1_000 })).body).toHaveLength(1_000);
    expect(await failureOf('core.http', { url: server.url, body_bytes_max: 999 })).toMatchObject({
      code: 'HTTP_BODY_TOO_LARGE',
      retryable: false,
      details: { body_bytes_max: 999 },
    });
    expect((await get({ url: server.url, body_bytes_max: 1_000 })).body).toHaveLength(1_000);
  });

  it('is measured as it is once decompressed', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    const server = await httpServer((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    expect(await failureOf('core.http', { url: server.url })).toMatchObject({ code: 'HTTP_BODY_TOO_LARGE' });
  });

  it('that never ends is left alone', async () => {
    const server = await httpServer((response) => {
      const more = (): void => {
        while (response.writable && response.write('x'.repeat(16_384)));
        if (response.writable) response.once('drain', more);
      };
      more();
    });
    expect(await failureOf('core.http', { url: server.url, body_bytes_max: 100_000 })).toMatchObject({
      code: 'HTTP_BODY_TOO_LARGE',
    });
  });
});

describe('a server', { timeout: 60_000 }, () => {
  it('that is not there fails in a way that may be retried', async () => {
    const url = await rawServer(() => undefined);
    const gone = url.replace(/:\d+/, ':1');
    expect(await failureOf('core.http', { url: `${gone}x?token=secret` })).toMatchObject({
      code: 'HTTP_UNREACHABLE',
      retryable: true,
      message: expect.stringMatching(
        /^GET http:\/\/127\.0\.0\.1:1\/x could not be completed: fetch failed: /,
      ) as string,
    });
  });

  it('that hangs up, answers nonsense or stops midway fails in the same way', async () => {
    const answers = [
      (socket: Socket) => socket.destroy(),
      (socket: Socket) => socket.end('SSH-2.0-OpenSSH\r\n'),
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this'),
    ];
    for (const answer of answers) {
      expect(await failureOf('core.http', { url: await rawServer(answer) })).toMatchObject({
        code: 'HTTP_UNREACHABLE',
        retryable: true,
      });
    }
  });

  it('that is silent is left when the attempt is aborted, before and within the answer', async () => {
    const reason = new DOMException('no answer within 1 ms', 'TimeoutError');
    for (const beginning of ['', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegun']) {
      const controller = new AbortController();
      const closed = new Promise<void>((resolve) => {
        void rawServer((socket) => {
          socket.once('close', () => resolve());
          socket.write(beginning);
          setTimeout(() => controller.abort(reason), 20);
        }).then(async (url) => {
          expect(await failureOf('core.http', { url }, { signal: controller.signal })).toEqual({
            kind: 'timeout',
            message: 'no answer within 1 ms',
            retryable: true,
          });
        });
      });
      await closed;
    }
  });
});

describe('an input', () => {
  const url = 'http://127.0.0.1/';
  it.each([
    [{}, 'expected input.url to be a URL that begins with http:// or https://, got nothing'],
    [
      { url: 'example.org' },
      'expected input.url to be a URL that begins with http:// or https://, got the text "example.org"',
    ],
    [{ url: 'file:///etc/passwd' }, 'expected input.url to be a URL that begins with'],
    [{ url: 'data:,hello' }, 'expected input.url to be a URL that begins with'],
    [
      { url, method: 'BREW' },
      'expected input.method to be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, got the text "BREW"',
    ],
    [{ url, method: 'POST', body: 'a', json: 1 }, 'expected input.body or input.json, got both'],
    [{ url, json: 1 }, 'expected no body with the method GET, got input.json'],
    [{ url, method: 'HEAD', body: '' }, 'expected no body with the method HEAD, got input.body'],
    [{ url, method: 'POST', body: {} }, 'expected input.body to be text, got a map'],
    [
      { url, headers: { 'bad name': 'x' } },
      'expected input.headers to hold HTTP headers, got one that is not allowed: "bad name"',
    ],
    [{ url, headers: { x: [1] } }, 'expected input.headers.x to be text, a number or a boolean, got a list'],
    [{ url, query: { q: {} } }, 'expected input.query.q to be text, a number or a boolean, got a map'],
    [{ url, query: { q: ['a', null] } }, 'expected input.query.q[1] to be text, a number or a boolean, got null'],
    [
      { url, expect_status: 99 },
      'expected input.expect_status to be a status such as 200, a class such as 2xx, or any, got the number 99',
    ],
    [{ url, expect_status: ['2xx', '6xx'] }, 'expected input.expect_status[1] to be a status'],
    [{ url, expect_status: [] }, 'expected input.expect_status to be a status or a list of at least one, got a list'],
    [{ url, redirect: 'maybe' }, 'expected input.redirect to be one of follow, manual, got the text "maybe"'],
    [{ url, body_bytes_max: -1 }, 'expected input.body_bytes_max to be an integer of at least 0, got the number -1'],
    [{ url, header: {} }, 'got "header"; did you mean "headers"?'],
  ])('that is wrong is refused: %j', async (input, message) => {
    const failure = await failureOf('core.http', input);
    expect(failure).toMatchObject({ code: 'INPUT_INVALID', retryable: false });
    expect(failure.message).toContain(message);
  });

  it('that holds a secret in the wrong place is refused without telling it', async () => {
    const inputs = [{ url: 'http://user:hunter2@127.0.0.1/' }, { url, headers: { authorization: 'hunter2\r\nx: y' } }];
    for (const input of inputs) {
      const failure = await failureOf('core.http', input);
      expect(failure.code).toBe('INPUT_INVALID');
      expect(JSON.stringify(failure)).not.toContain('hunter2');
    }
  });
});
