import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/**
 * Stands between a store and its server, on the loopback, and breaks connections as networks do. Bytes pass as they are, and
 * each fault is about the connections that there are: later ones are whole.
 */
export class Proxy {
  readonly #target: URL;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #refuses = false;
  #accepted = 0;

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
    url.hostname = '127.0.0.1';
    url.port = `${(this.#server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** How many connections have been made so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Cuts both ends at once. */
  drop(): void {
    for (const { client, upstream } of this.#pairs) {
      client.destroy();
      upstream.destroy();
    }
  }

  /** Whether new connections are cut before they begin. */
  refuse(refuses: boolean): void {
    this.#refuses = refuses;
  }

  /** Says nothing of the server's answers any more. What the store sends still arrives. */
  mute(): void {
    for (const pair of this.#pairs) pair.isMuted = true;
  }

  /**
   * Lets nothing pass in either direction and hides from each end what becomes of the other, as a cable that is pulled.
   * Answers how to deliver late what the store had sent meanwhile.
   */
  freeze(): () => void {
    const frozen = [...this.#pairs];
    for (const pair of frozen) {
      pair.isMuted = true;
      pair.held = [];
    }
    return () => {
      for (const { upstream, held } of frozen) upstream.write(Buffer.concat(held ?? []));
    };
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.drop();
    await closed;
  }

  #accept(client: Socket): void {
    this.#accepted++;
    if (this.#refuses) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(this.#target.port || 5432), this.#target.hostname);
    const pair: Pair = { client, upstream, isMuted: false, held: undefined };
    this.#pairs.add(pair);
    client.on('data', (bytes) => (pair.held === undefined ? upstream.write(bytes) : pair.held.push(bytes)));
    upstream.on('data', (bytes) => {
      if (!pair.isMuted) client.write(bytes);
    });
    const hangUp = (other: Socket): void => {
      if (!pair.isMuted) other.destroy();
      if (client.destroyed && upstream.destroyed) this.#pairs.delete(pair);
    };
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => one.destroy());
      one.on('close', () => hangUp(other));
    }
  }
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  isMuted: boolean;
  /** What the store sent since it was frozen. */
  held: Buffer[] | undefined;
}
