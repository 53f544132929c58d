import { expect, it } from 'vitest';
import { dumpHeader, dumpLines } from './dump-line.ts';
import type { DumpEntry } from './maintenance.ts';

function linesOf(entry: DumpEntry): unknown[] {
  return [...dumpLines(entry)].map((line): unknown => JSON.parse(line));
}

function payloadOf(data: Uint8Array): unknown {
  const [line] = linesOf({ kind: 'snapshot', execution: 'x', snapshot: { sequence: 3, data } });
  const { json, base64 } = line as { readonly json?: unknown; readonly base64?: string };
  return base64 === undefined ? { json } : { base64 };
}

it('begins with what it is', () => {
  expect(JSON.parse(dumpHeader('sqlite'))).toEqual({ v: 1, type: 'dump', format: 'weftline.dump/1', store: 'sqlite' });
});

it('has a line for each record, with its place', () => {
  const records = [1, 2].map((sequence) => ({ sequence, data: Buffer.from(`["ok",${sequence}]`) }));
  expect(linesOf({ kind: 'records', execution: 'x', epoch: 4, records })).toEqual([
    { v: 1, type: 'record', execution: 'x', sequence: 1, epoch: 4, json: ['ok', 1] },
    { v: 1, type: 'record', execution: 'x', sequence: 2, epoch: 4, json: ['ok', 2] },
  ]);
});

it.each([
  ['{"a":\n1}', { json: { a: 1 } }],
  ['"text"', { json: 'text' }],
  ['', { base64: '' }],
  ['{"a":1', { base64: 'eyJhIjox' }],
  ['{}{}', { base64: 'e317fQ==' }],
  ['\uFEFF{}', { base64: '77u/e30=' }],
])('tells %j as %j', (text, payload) => {
  expect(payloadOf(Buffer.from(text))).toEqual(payload);
});

it('tells bytes that are no text as bytes', () => {
  expect(payloadOf(new Uint8Array([0xff, 0x00]))).toEqual({ base64: '/wA=' });
});

it('keeps every digit, and one line for a record', () => {
  const data = Buffer.from('{\r\n"n": 12345678901234567890.10\n}');
  const lines = [...dumpLines({ kind: 'snapshot', execution: 'x', snapshot: { sequence: 1, data } })];
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('12345678901234567890.10');
  expect(lines[0]).not.toMatch(/[\r\n]/);
});
