import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { postgresStore } from '../src/index.ts';
import type { PostgresStoreOptions } from '../src/index.ts';
import { describeWithServer } from './server.ts';

// What whoever opens the store is told when it cannot be opened: at once, with a code, and what to do about it.

const servers: ReturnType<typeof createServer>[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Something on the loopback that takes connections and is no database. */
async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  server.on('close', () => sockets.forEach((socket) => socket.destroy()));
  const { close } = server;
  server.close = (callback) => {
    for (const socket of sockets) socket.destroy();
    return close.call(server, callback);
  };
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** The answer of a server that refuses, in its protocol. */
function refusal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.from('E    ');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

async function openingFails(
  options: PostgresStoreOptions,
  expected: { readonly retryable: boolean; readonly text: string; readonly code?: string },
): Promise<void> {
  const { code = 'STORE_UNAVAILABLE', retryable, text } = expected;
  const error: unknown = await postgresStore(options).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    name: 'StoreError',
    code,
    retryable,
    message: expect.stringContaining(text) as string,
  });
  expect((error as Error).message).not.toContain('geheim');
}

describe('a server', () => {
  const place = { host: '127.0.0.1', user: 'somebody', password: 'geheim', database: 'orders' };

  it('that is not there is named', async () => {
    const port = await listen(() => undefined);
    servers.splice(0)[0]?.close();
    await openingFails(
      { ...place, port },
      {
        retryable: true,
        text: `PostgreSQL at 127.0.0.1:${port}, database "orders" cannot be reached: connect ECONNREFUSED`,
      },
    );
  });

  it('that says nothing is given up after connectMs', async () => {
    const port = await listen(() => undefined);
    await openingFails({ ...place, port, connectMs: 200 }, { retryable: true, text: 'timeout expired' });
  });

  it('that hangs up is named', async () => {
    const port = await listen((socket) => socket.destroy());
    await openingFails({ ...place, port }, { retryable: true, text: 'cannot be reached' });
  });

  it('that speaks another language is no use, and is not waited for', async () => {
    const port = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await openingFails({ ...place, port, connectMs: 1_000 }, { retryable: true, text: `127.0.0.1:${port}` });
  });

  it('whose name leads nowhere is named', async () => {
    await openingFails({ ...place, host: 'no-such-host.invalid' }, { retryable: true, text: 'no-such-host.invalid' });
  });

  it.each([
    ['28P01', false, 'it refused the password'],
    ['28000', false, 'it refused the user'],
    ['3D000', false, 'there is no such database'],
    ['53300', true, 'too many clients'],
    ['57P03', true, 'starting up'],
  ])('that answers %s is quoted', async (code, retryable, text) => {
    const words = { '53300': 'sorry, too many clients already', '57P03': 'the database system is starting up' };
    const said = words[code as keyof typeof words] ?? 'no';
    const port = await listen((socket) => socket.once('data', () => socket.end(refusal(code, said))));
    await openingFails({ ...place, port }, { retryable, text });
  });

  it('without TLS is refused when TLS is asked for', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.write('N')));
    await openingFails({ ...place, port, ssl: true }, { retryable: false, text: 'does not support SSL' });
  });

  it('behind a socket that is not there is named', async () => {
    await openingFails({ ...place, host: '/nowhere' }, { retryable: true, text: 'the socket in /nowhere' });
  });
});

it('a certificate that is not there is named', async () => {
  const connectionString = 'postgres://127.0.0.1/x?sslcert=/nowhere.pem';
  await openingFails({ connectionString }, { code: 'STORE_INVALID_ARGUMENT', retryable: false, text: '/nowhere.pem' });
});

it('options that cannot be meant reject before anything is opened', async () => {
  await openingFails({ schema: '' }, { code: 'STORE_INVALID_ARGUMENT', retryable: false, text: 'schema' });
});

describeWithServer('a PostgreSQL server', (server) => {
  it('without the database is told as such', async () => {
    const url = new URL(server.url);
    url.pathname = '/weftline_no_such_database';
    await openingFails({ connectionString: url.href }, { retryable: false, text: 'there is no such database' });
  });

  it('that does not know the user is told as such', async () => {
    const url = new URL(server.url);
    url.username = 'weftline_nobody';
    url.password = 'geheim';
    await openingFails({ connectionString: url.href }, { retryable: false, text: 'weftline_nobody' });
  });

  it('whose database cannot keep every text is refused', async (context) => {
    const database = `${server.newSchema()}_latin`;
    const create = `CREATE DATABASE ${database} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`;
    const refused = await server.execute(create).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (refused !== undefined) context.skip(`no database can be made for it: ${refused}`);
    try {
      const url = new URL(server.url);
      url.pathname = `/${database}`;
      await openingFails({ connectionString: url.href }, { retryable: false, text: 'encoding UTF8, got SQL_ASCII' });
    } finally {
      await server.execute(`DROP DATABASE ${database}`);
    }
  });
});
