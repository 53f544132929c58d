import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** Where the programs of the server are, and as whom they run: they refuse to do so as root. */
export interface Installation {
  readonly programs: string;
  readonly identity: { readonly uid?: number; readonly gid?: number };
}

const needed = ['postgres', 'initdb', 'pg_ctl', 'pg_basebackup'];

/** The installation, or why there is none that these tests could use. */
export function findInstallation(): Installation | string {
  const candidates = [...(process.env.PATH ?? '').split(delimiter), ...debianFolders()];
  const programs = candidates.find((folder) => folder !== '' && needed.every((program) => runs(join(folder, program))));
  if (programs === undefined) return `${needed.join(', ')} are not installed`;
  if (process.getuid?.() !== 0) return { programs, identity: {} };
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout),
  );
  if (uid === undefined || gid === undefined || !(uid > 0)) return 'there is no user postgres to run a server as';
  return { programs, identity: { uid, gid } };
}

function debianFolders(): string[] {
  const root = '/usr/lib/postgresql';
  try {
    return readdirSync(root).map((version) => join(root, version, 'bin'));
  } catch {
    return [];
  }
}

function runs(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** A server that a test may break: restarted, killed and misconfigured at will. It listens on the loopback alone. */
export class OwnServer {
  readonly #installation: Installation;
  readonly #directory: string;
  readonly port: number;

  private constructor(installation: Installation, options: { readonly directory: string; readonly port: number }) {
    this.#installation = installation;
    this.#directory = options.directory;
    this.port = options.port;
  }

  /** A new server, which is not running yet; its only user is `postgres` with the password `geheim`. */
  static create(installation: Installation): Promise<OwnServer> {
    return OwnServer.#make(installation, (server) => {
      const passwordFile = join(server.#directory, 'password');
      writeFileSync(passwordFile, 'geheim');
      server.#run('initdb', [
        ...['-D', server.#data, '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync'],
        ...['--auth=scram-sha-256', `--pwfile=${passwordFile}`],
      ]);
    });
  }

  /** A standby of this server, which is not running yet. */
  createStandby(): Promise<OwnServer> {
    const source = `host=127.0.0.1 port=${this.port} user=postgres password=geheim`;
    return OwnServer.#make(this.#installation, (standby) =>
      standby.#run('pg_basebackup', [
        '-D',
        standby.#data,
        '-d',
        source,
        '-R',
        '-X',
        'stream',
        '-c',
        'fast',
        '--no-sync',
      ]),
    );
  }

  static async #make(installation: Installation, fill: (server: OwnServer) => void): Promise<OwnServer> {
    const directory = mkdtempSync(join(tmpdir(), 'weftline-server-'));
    const server = new OwnServer(installation, { directory, port: await freePort() });
    try {
      const { uid, gid } = installation.identity;
      if (uid !== undefined && gid !== undefined) chownSync(directory, uid, gid);
      chmodSync(directory, 0o755);
      fill(server);
      server.configure({
        listen_addresses: "'127.0.0.1'",
        port: `${server.port}`,
        unix_socket_directories: `'${directory}'`,
      });
      return server;
    } catch (error) {
      server.remove();
      throw error;
    }
  }

  get url(): string {
    return `postgres://postgres:geheim@127.0.0.1:${this.port}/postgres`;
  }

  get #data(): string {
    return join(this.#directory, 'data');
  }

  /** Settings that hold from the next start on. */
  configure(settings: Readonly<Record<string, string>>): void {
    const lines = Object.entries(settings);
    appendFileSync(join(this.#data, 'postgresql.conf'), lines.map(([name, value]) => `\n${name} = ${value}`).join(''));
  }

  async start(): Promise<void> {
    this.#run('pg_ctl', ['-D', this.#data, '-l', join(this.#directory, 'log'), '-w', 'start']);
    for (const deadlineMs = Date.now() + 30_000; ; await sleep(50)) {
      try {
        await this.execute('SELECT 1');
        return;
      } catch (error) {
        if (Date.now() > deadlineMs) throw error;
      }
    }
  }

  /** `immediate` is a crash: nothing is finished and nothing written. */
  stop(mode: 'fast' | 'immediate'): void {
    this.#run('pg_ctl', ['-D', this.#data, '-m', mode, '-w', 'stop']);
  }

  promote(): void {
    this.#run('pg_ctl', ['-D', this.#data, '-w', 'promote']);
  }

  async execute<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query({ text: sql, values: [...values] })).rows as Row[];
    } finally {
      await client.end();
    }
  }

  /** Stops the server if it runs, and removes it. */
  remove(): void {
    spawnSync(join(this.#installation.programs, 'pg_ctl'), ['-D', this.#data, '-m', 'immediate', '-w', 'stop'], {
      ...this.#installation.identity,
      stdio: 'ignore',
    });
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #run(program: string, words: readonly string[]): void {
    const { status, stderr, error } = spawnSync(join(this.#installation.programs, program), words, {
      ...this.#installation.identity,
      // The server keeps what it inherits, so it must not inherit a pipe that somebody waits for.
      ...{
        cwd: this.#directory,
        stdio: ['ignore', 'ignore', program === 'pg_ctl' ? 'ignore' : 'pipe'],
        encoding: 'utf8',
      },
    });
    if (status !== 0) throw new Error(`${program} ended with status ${status}: ${stderr}`, { cause: error });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
