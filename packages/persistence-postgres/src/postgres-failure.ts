import { StoreError } from '@weftline/persistence';
import { Interrupted } from './interrupted.ts';

/** SQLSTATE codes after which another session, or the same one a little later, may succeed. The session is of no more use. */
const sessionEnds = new Set([
  '25006', // read_only_sql_transaction: it became a standby, and another server leads
  '53300', // too_many_connections
  '57P01', // admin_shutdown, and pg_terminate_backend
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '58030', // io_error: the server goes down with a sync that fails, and the commit may be in its log
]);

/** Two statements stood in each other's way and this one was taken back. */
const collisions = new Set(['40001', '40P01', '55P03']);

/** What is wrong with the database. The statements of this package fail on no other one than one that was tampered with. */
const defects: Readonly<Record<string, string>> = {
  '3F000': 'the schema is gone',
  '42P01': 'a table of the store is missing',
  '42703': 'a table of the store lacks a column',
  '42P07': 'the schema holds tables of another application',
  '42710': 'the schema holds objects of another application',
  '23505': 'the tables hold rows that contradict each other',
  XX001: 'a table is damaged',
  XX002: 'an index is damaged',
};

const obstacles: Readonly<Record<string, string>> = {
  '28000': 'it refused the user',
  '28P01': 'it refused the password',
  '3D000': 'there is no such database',
  '42501': 'the user lacks a privilege',
  '53100': 'its disk is full',
  '53200': 'it is out of memory',
  '57014': 'the statement took too long or was canceled',
};

const retryable = new Set(['53100', '53200', '57014']);

/** Trouble of the network that may pass. */
const networkCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'ENOTFOUND'],
  ...['ENOENT', 'ECONNABORTED', 'EHOSTDOWN', 'ENETDOWN'],
]);

/** The SQLSTATE that the server answered; undefined for any other error. No SQLSTATE begins as the codes of the system do. */
export function sqlState(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && /^(?!E)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Whether an answer of the server means that its session is over. */
export function endsSession(state: string): boolean {
  return sessionEnds.has(state) || state.startsWith('08');
}

/** Why no session could be had: interrupted when that may pass, else a StoreError. */
export function connectFailure(error: unknown, where: string): Interrupted | StoreError {
  const state = sqlState(error);
  const mayPass = state === undefined ? isNetworkTrouble(error) : endsSession(state);
  if (mayPass)
    return new Interrupted(`${where} cannot be reached: ${sentence(error)}`, { unanswered: false, cause: error });
  return unavailable(error, where);
}

/** What a statement that the server refused means for the caller; the server has undone it. */
export function statementFailure(error: unknown, where: string): Interrupted | StoreError {
  const state = sqlState(error) ?? '';
  if (endsSession(state) || collisions.has(state)) {
    // The server may say that it ends the session after it has committed.
    const unanswered = endsSession(state) && state !== '25006';
    return new Interrupted(`${where} gave up the statement: ${sentence(error)}`, { unanswered, cause: error });
  }
  const defect = defects[state];
  if (defect === undefined) return unavailable(error, where);
  return new StoreError(`${where}: ${defect}: ${sentence(error)}`, { code: 'STORE_CORRUPT', cause: error });
}

function unavailable(error: unknown, where: string): StoreError {
  const state = sqlState(error) ?? '';
  const obstacle = obstacles[state];
  const reason = obstacle === undefined ? sentence(error) : `${obstacle}: ${sentence(error)}`;
  return new StoreError(`${where} cannot be used: ${reason}`, {
    code: 'STORE_UNAVAILABLE',
    retryable: retryable.has(state),
    cause: error,
  });
}

function isNetworkTrouble(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return networkCodes.has(code);
  // As the client words a connection that ends, or does not begin in time, while it is being made.
  return error instanceof Error && /^(timeout expired|Connection terminated)/.test(error.message);
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function sentence(error: unknown): string {
  // Where a name has several addresses, each has failed for its own reason.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(sentence).join(', ');
  return error instanceof Error ? error.message : String(error);
}
