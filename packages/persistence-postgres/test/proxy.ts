import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';

/**
 * Stands between a store and its server, on the loopback, and breaks connections as networks do. Bytes pass as they are.
 *
 * 1. `drop` cuts what there is at once, in both directions; `refuse` keeps new ones from coming about.
 * 2. `freeze` lets nothing through any more and closes nothing, as a cable that is pulled: who waits for an answer waits.
 *    New connections are made and pass.
 * 3. `muteAnswers` still delivers what the store sends, and nothing of what the server says.
 */
export class Proxy {
  readonly #target: URL;
  readonly #server: NetServer;
  readonly #pairs = new Set<Pair>();
  #refuses = false;

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((client) => this.#accept(client));
  }

  static async start(url: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(url));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** The URL of the server by way of the proxy. */
  get url(): string {
    const url = new URL(this.#target);
    url.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return url.href;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  drop(): void {
    for (const { client, upstream } of this.#pairs) {
      client.destroy();
      upstream.destroy();
    }
  }

  refuse(refuses: boolean): void {
    this.#refuses = refuses;
  }

  freeze(): void {
    for (const pair of this.#pairs) pair.passes = { there: false, back: false };
  }

  muteAnswers(): void {
    for (const pair of this.#pairs) pair.passes = { there: true, back: false };
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.drop();
    await closed;
  }

  #accept(client: Socket): void {
    if (this.#refuses) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(this.#target.port || 5432), this.#target.hostname);
    const pair: Pair = { client, upstream, passes: { there: true, back: true } };
    this.#pairs.add(pair);
    client.on('data', (bytes) => pair.passes.there && upstream.write(bytes));
    upstream.on('data', (bytes) => pair.passes.back && client.write(bytes));
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#pairs.delete(pair);
        // A frozen connection hides from each side that the other one has gone.
        if (pair.passes.back) other.destroy();
      });
    }
  }
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  passes: { readonly there: boolean; readonly back: boolean };
}
