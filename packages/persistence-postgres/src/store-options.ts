import { inspect } from 'node:util';
import type { ConnectionOptions } from 'node:tls';
import { StoreError } from '@weftline/persistence';

export interface PostgresStoreOptions {
  /**
   * `postgres://user:password@host:port/database?sslmode=verify-full`. What neither it nor the options below say comes
   * from `PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD`, `PGDATABASE` and their siblings; it wins over the options below.
   */
  readonly connectionString?: string;
  /** A name, an address, or the directory of a socket when it begins with `/`. */
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  /** Asked again for every connection when it is a function, e.g. for tokens that expire. */
  readonly password?: string | (() => string | Promise<string>);
  readonly database?: string;
  readonly ssl?: boolean | ConnectionOptions;
  /** How the sessions name themselves in `pg_stat_activity`. Default `weftline`. */
  readonly applicationName?: string;
  /** The schema with the tables. 1 to 63 bytes, any text. Default `weftline`. */
  readonly schema?: string;
  /** Whether the schema is created when it is missing; otherwise opening rejects with STORE_NOT_FOUND. Default true. */
  readonly create?: boolean;
  /**
   * How long ownership lasts without a heartbeat, in milliseconds by the clock of the database: 0, for leases without
   * end, to 2,147,483,647. Default 30,000.
   */
  readonly leaseMs?: number;
  /** How long one attempt to connect may take, in milliseconds. Default 5,000. */
  readonly connectMs?: number;
  /** How long the server may work on one statement, in milliseconds. Default 30,000. */
  readonly statementMs?: number;
  /**
   * How long a call goes on trying when the connection was lost, in milliseconds; 0 not to try again. Opening does not
   * wait: it connects at once or rejects. Default 30,000.
   */
  readonly reconnectMs?: number;
  /** The clock of leases, in milliseconds since 1970, for tests. Default: that of the database. */
  readonly nowMs?: () => number;
}

/** The options, checked and with their defaults. */
export interface Settings extends Pick<
  PostgresStoreOptions,
  'connectionString' | 'host' | 'port' | 'user' | 'password' | 'database' | 'ssl' | 'nowMs'
> {
  readonly applicationName: string;
  readonly schema: string;
  readonly create: boolean;
  readonly leaseMs: number;
  readonly connectMs: number;
  readonly statementMs: number;
  readonly reconnectMs: number;
}

/** What a timer can wait for, and what fits into a setting of the server. */
const MS_MAX = 2_147_483_647;

/** Longer names are cut by the server, so that two of them could become one. */
const NAME_BYTES_MAX = 63;

/** Applies the defaults; throws STORE_INVALID_ARGUMENT for what cannot be meant. */
export function checkOptions(options: PostgresStoreOptions): Settings {
  const { applicationName = 'weftline', schema = 'weftline', create = true, leaseMs = 30_000 } = options;
  const { connectMs = 5_000, statementMs = 30_000, reconnectMs = 30_000 } = options;
  assertConnectionString(options.connectionString);
  assertSchema(schema);
  assertMs('leaseMs', leaseMs, 0);
  assertMs('connectMs', connectMs, 1);
  assertMs('statementMs', statementMs, 1);
  assertMs('reconnectMs', reconnectMs, 0);
  assertOptional('nowMs', options.nowMs, 'function');
  assertOptional('create', create, 'boolean');
  for (const name of ['host', 'user', 'database', 'applicationName'] as const) {
    assertOptional(name, options[name], 'string');
  }
  return { ...options, applicationName, schema, create, leaseMs, connectMs, statementMs, reconnectMs };
}

/** What is there is not shown, for it may be a password. */
function assertConnectionString(text: unknown): void {
  if (text === undefined) return;
  if (typeof text === 'string' && /^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return;
  throw new StoreError(
    'postgresStore: connectionString: expected postgres://user:password@host:port/database, got something else; special ' +
      'characters in a name or a password are written as in %2F',
    { code: 'STORE_INVALID_ARGUMENT' },
  );
}

function assertSchema(schema: unknown): void {
  const fits =
    typeof schema === 'string' &&
    schema !== '' &&
    Buffer.byteLength(schema) <= NAME_BYTES_MAX &&
    !/[\0\p{Surrogate}]/u.test(schema) &&
    !/^pg_|^information_schema$/i.test(schema);
  if (!fits)
    throw invalid('schema', `a name of 1 to ${NAME_BYTES_MAX} bytes that is not one of the server's own`, schema);
}

function assertMs(name: string, value: unknown, least: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= MS_MAX) return;
  throw invalid(name, `a whole number from ${least} to ${MS_MAX}`, value);
}

const typeNames = { string: 'text', function: 'a function', boolean: 'true or false' };

function assertOptional(name: string, value: unknown, type: keyof typeof typeNames): void {
  if (value === undefined || typeof value === type) return;
  throw invalid(name, typeNames[type], value);
}

function invalid(name: string, expected: string, got: unknown): StoreError {
  return new StoreError(`postgresStore: ${name}: expected ${expected}, got ${inspect(got, { depth: 0 })}`, {
    code: 'STORE_INVALID_ARGUMENT',
  });
}
