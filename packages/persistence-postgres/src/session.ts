import { Socket } from 'node:net';
import { StoreError } from '@weftline/persistence';
import { Client, types } from 'pg';
import { Interrupted } from './interrupted.ts';
import { connectFailure, endsSession, sqlState, statementFailure } from './postgres-failure.ts';
import { quoteName } from './schema.ts';
import type { Settings } from './store-options.ts';

/** A text of SQL that the server prepares once per session. */
export interface Statement {
  /** Another one for every text. */
  readonly name: string;
  /** The text for a schema, whose name is handed in quoted. */
  readonly sql: (schema: string) => string;
}

/** The number by which the server calls 64-bit integers; all that are kept here fit into a number of JavaScript. */
const INT8 = 20;

/** Silence after which the system asks whether the other side is still there. */
const KEEP_ALIVE_MS = 10_000;

/**
 * One session with the server.
 *
 * 1. One statement is under way at a time, and every one settles: when the answer does not come in time the connection is
 *    given up.
 * 2. A session that is lost stays lost.
 * 3. It keeps the process alive only while a statement is under way.
 */
export class Session {
  /** Which server and database, for messages; never the password. */
  readonly where: string;
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #schema: string;
  readonly #answerMs: number;
  readonly #goodbyeMs: number;
  readonly #texts = new Map<Statement, string>();
  /** Resolves when the session is lost or has ended. */
  readonly lost: Promise<void>;
  #resolveLost: () => void = () => undefined;
  #isLost = false;
  #ending: Promise<void> | undefined;

  private constructor(settings: Settings) {
    this.#socket = new Socket();
    this.#client = createClient(settings, this.#socket);
    this.#schema = quoteName(settings.schema);
    // Before that the server has given up by itself, unless it cannot be reached any more.
    this.#answerMs = settings.statementMs + settings.connectMs;
    this.#goodbyeMs = settings.connectMs;
    this.where = describeServer(this.#client);
    this.lost = new Promise((resolve) => (this.#resolveLost = resolve));
    this.#client.on('error', () => this.#lose());
    this.#client.on('end', () => this.#lose());
  }

  /** Connects. Rejects with Interrupted when it may succeed a little later, else with a StoreError. */
  static async open(settings: Settings): Promise<Session> {
    const session = Session.#create(settings);
    try {
      await session.#client.connect();
    } catch (error) {
      session.destroy();
      throw connectFailure(error, session.where);
    }
    session.#socket.unref();
    return session;
  }

  /** The client reads the files that its options name, such as certificates. */
  static #create(settings: Settings): Session {
    try {
      return new Session(settings);
    } catch (error) {
      throw new StoreError(
        `postgresStore: the options cannot be used: ${error instanceof Error ? error.message : ''}`,
        {
          code: 'STORE_INVALID_ARGUMENT',
          cause: error,
        },
      );
    }
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Calls the listener with the payload of every notification on a channel that the session listens to. */
  onNotification(listener: (payload: string) => void): void {
    this.#client.on('notification', ({ payload }) => listener(payload ?? ''));
  }

  /** Rejects with Interrupted, or with the StoreError that the answer of the server amounts to. */
  async query<Row>(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    let text = this.#texts.get(statement);
    if (text === undefined) {
      text = statement.sql(this.#schema);
      this.#texts.set(statement, text);
    }
    return this.#perform({ name: statement.name, text, values: [...values] });
  }

  /** Runs statements that have no values and need not be prepared. */
  async execute(sql: (schema: string) => string): Promise<void> {
    await this.#perform({ text: sql(this.#schema) });
  }

  /** Says goodbye, and is lost from then on; resolves when the connection is closed. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /** Gives the connection up without a word. */
  destroy(): void {
    this.#lose();
    this.#socket.destroy();
  }

  async #perform<Row>(query: { name?: string; text: string; values?: unknown[] }): Promise<Row[]> {
    if (this.#isLost) throw new Interrupted(`the connection to ${this.where} was lost`, { unanswered: false });
    this.#socket.ref();
    const timer = setTimeout(() => this.destroy(), this.#answerMs);
    try {
      return (await this.#client.query(query)).rows as Row[];
    } catch (error) {
      throw this.#failure(error);
    } finally {
      clearTimeout(timer);
      this.#socket.unref();
    }
  }

  async #end(): Promise<void> {
    if (this.#isLost) return;
    this.#lose();
    this.#socket.ref();
    const timer = setTimeout(() => this.#socket.destroy(), this.#goodbyeMs);
    await this.#client.end();
    clearTimeout(timer);
  }

  #failure(error: unknown): unknown {
    const state = sqlState(error);
    if (state !== undefined) {
      if (endsSession(state)) this.destroy();
      return statementFailure(error, this.where);
    }
    // Whatever else the client throws while the connection stands is a defect of ours.
    if (!this.#isLost) return error;
    return new Interrupted(`the connection to ${this.where} was lost before an answer came`, {
      unanswered: true,
      cause: error,
    });
  }

  #lose(): void {
    this.#isLost = true;
    this.#resolveLost();
  }
}

function createClient(settings: Settings, socket: Socket): Client {
  const { connectionString, host, port, user, password, database, ssl, applicationName, connectMs } = settings;
  return new Client({
    ...{ connectionString, host, port, user, password, database, ssl },
    ...{ application_name: applicationName, connectionTimeoutMillis: connectMs },
    ...{ keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS, stream: () => socket },
    types: { getTypeParser: parserOf },
  });
}

function parserOf(oid: number, format?: 'text' | 'binary'): unknown {
  return oid === INT8 ? Number : types.getTypeParser(oid, format);
}

function describeServer({ user, host, port, database }: Client): string {
  const place = host.startsWith('/') ? `the socket in ${host}` : `${host}:${port}`;
  return `PostgreSQL at ${place}, database ${JSON.stringify(database ?? user ?? '')}`;
}
