import { StoreError } from '@weftline/persistence';
import { describe, expect, it } from 'vitest';
import { Interrupted } from './interrupted.ts';
import { connectFailure, sqlState, statementFailure } from './postgres-failure.ts';

function failure(code: string, message = 'as the server words it'): Error {
  return Object.assign(new Error(message), { code });
}

describe('an answer of the server', () => {
  it.each(['57P01', '57P02', '57P03', '57P05', '58030', '53300', '08006', '08P01'])(
    '%s ends the session, whose work may be repeated',
    (code) => {
      const error = statementFailure(failure(code), 'the server');
      expect(error).toBeInstanceOf(Interrupted);
      expect(error).toMatchObject({ unanswered: true });
    },
  );

  it.each(['40001', '40P01', '55P03', '25006'])('%s has changed nothing, and the work may be repeated', (code) => {
    expect(statementFailure(failure(code), 'the server')).toMatchObject({ name: 'Interrupted', unanswered: false });
  });

  it.each([
    ['53100', 'STORE_UNAVAILABLE', true, 'its disk is full'],
    ['53200', 'STORE_UNAVAILABLE', true, 'out of memory'],
    ['57014', 'STORE_UNAVAILABLE', true, 'took too long'],
    ['42501', 'STORE_UNAVAILABLE', false, 'lacks a privilege'],
    ['42P01', 'STORE_CORRUPT', false, 'a table of the store is missing'],
    ['42P07', 'STORE_CORRUPT', false, 'another application'],
    ['XX001', 'STORE_CORRUPT', false, 'damaged'],
    ['54000', 'STORE_UNAVAILABLE', false, 'as the server words it'],
  ])('%s is %s, retryable: %s', (state, code, retryable, text) => {
    const cause = failure(state);
    const error = statementFailure(cause, 'the server');
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ code, retryable, cause });
    expect(error.message).toContain('the server');
    expect(error.message).toContain(text);
  });
});

describe('a connection that does not come about', () => {
  it.each(['ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND', 'EPIPE', '57P03', '53300'])(
    'with %s may do so a little later',
    (code) => {
      expect(connectFailure(failure(code), 'the server')).toBeInstanceOf(Interrupted);
    },
  );

  it('in time may do so a little later', () => {
    for (const message of ['timeout expired', 'Connection terminated unexpectedly']) {
      expect(connectFailure(new Error(message), 'the server')).toBeInstanceOf(Interrupted);
    }
  });

  it.each(['28P01', '28000', '3D000', 'DEPTH_ZERO_SELF_SIGNED_CERT'])('with %s will not', (code) => {
    const error = connectFailure(failure(code), 'the server');
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: false });
  });

  it('to any of several addresses says why for each', () => {
    const errors = [failure('ECONNREFUSED', 'refused by one'), failure('ECONNREFUSED', 'refused by two')];
    const both = Object.assign(new AggregateError(errors, ''), { code: 'ECONNREFUSED' });
    expect(connectFailure(both, 'the server').message).toBe(
      'the server cannot be reached: refused by one, refused by two',
    );
  });
});

it('codes of the system are not taken for those of the server', () => {
  expect(['EPIPE', 'ENOENT', '42P01'].map((code) => sqlState(failure(code)))).toEqual([undefined, undefined, '42P01']);
  expect(sqlState('42P01')).toBeUndefined();
});
