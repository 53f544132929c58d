import type { WorkflowDefinition } from '@weftline/graph';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEvent, encodeEvent, journalFormat } from './event-codec.ts';
import type { Event } from './event.ts';
import type { TaskFailure } from './failure.ts';

const definition: WorkflowDefinition = {
  ...{ format: 1, name: 'w', input: {}, vars: {} },
  tasks: { a: { name: 'a', input: {}, next: [] } },
};

const atMs = fc.nat({ max: 4_000_000_000_000 });
const count = fc.nat({ max: 1_000_000_000 });
const index = fc.option(count, { nil: undefined });
// What JSON has no form for (negative zero) is no value of the language either.
const value = fc.jsonValue().map((json) => JSON.parse(JSON.stringify(json)) as unknown);
const text = fc.string({ unit: 'grapheme' });
const texts = fc.dictionary(fc.string({ unit: 'grapheme' }), text, { noNullPrototype: true });

const failure: fc.Arbitrary<TaskFailure> = fc.record(
  {
    kind: fc.constantFrom('application', 'timeout', 'canceled', 'expression', 'definition'),
    ...{ code: text, message: text, retryable: fc.boolean(), details: value },
  },
  { requiredKeys: ['kind', 'message', 'retryable'], noNullPrototype: true },
);

const problem = fc.record(
  { code: text, message: text, task: text, item: count, details: value },
  { requiredKeys: ['code', 'message'], noNullPrototype: true },
);

function record<Event>(model: { readonly [Key in keyof Event]: fc.Arbitrary<Event[Key]> }): fc.Arbitrary<Event> {
  return fc.record(model, { noNullPrototype: true });
}

const inputs = fc.dictionary(text, value, { noNullPrototype: true });

const arbitraries: { readonly [Type in Event['type']]: fc.Arbitrary<Extract<Event, { readonly type: Type }>> } = {
  'execution-started': record({
    ...{ type: fc.constant('execution-started'), atMs, id: text, definition: fc.constant(definition) },
    ...{ input: inputs, env: texts, labels: texts },
  }),
  'execution-recovered': record({ type: fc.constant('execution-recovered'), atMs }),
  'execution-finished': record({
    ...{ type: fc.constant('execution-finished'), atMs },
    ...{ status: fc.constantFrom('succeeded', 'failed', 'canceled'), output: value, errors: fc.array(problem) },
  }),
  'execution-reopened': record({
    ...{ type: fc.constant('execution-reopened'), atMs },
    takenBack: fc.array(record({ visit: count, attempt: count, items: fc.array(fc.tuple(count, count, count)) })),
  }),
  'attempt-succeeded': record({
    ...{ type: fc.constant('attempt-succeeded'), atMs, visit: count, index, attempt: count, result: value },
  }),
  'attempt-failed': record({
    ...{ type: fc.constant('attempt-failed'), atMs, visit: count, index, attempt: count, failure },
  }),
  'items-produced': record({
    ...{ type: fc.constant('items-produced'), atMs, visit: count, from: count, items: fc.array(value) },
    ...{ ended: fc.boolean(), cursor: fc.option(value, { nil: undefined }), skip: count },
  }),
  'source-failed': record({
    ...{ type: fc.constant('source-failed'), atMs, visit: count, from: count, attempt: count, failure },
  }),
  'concurrency-changed': record({ type: fc.constant('concurrency-changed'), atMs, task: text, concurrency: count }),
  'items-exhausted': record({ type: fc.constant('items-exhausted'), atMs, visit: count }),
  'timer-fired': record({ type: fc.constant('timer-fired'), atMs, visit: count, index, attempt: count }),
  'pause-requested': record({ type: fc.constant('pause-requested'), atMs }),
  'resume-requested': record({ type: fc.constant('resume-requested'), atMs }),
  'cancel-requested': record({
    ...{ type: fc.constant('cancel-requested'), atMs },
    ...{ immediate: fc.boolean(), reason: fc.option(text, { nil: undefined }) },
  }),
};

/** One of each kind as it stands in journals of format 1. These bytes must be readable forever. */
const formatOne: readonly (readonly [string, Event])[] = [
  [
    '["start",1700000000000,1,"x",{"format":1,"name":"w","input":{},"vars":{},"tasks":{"a":{"name":"a","input":{},"next":[]}}},{"n":1},{"HOME":"/"},{"team":"blue"}]',
    {
      ...{ type: 'execution-started', atMs: 1_700_000_000_000, id: 'x', definition },
      ...{ input: { n: 1 }, env: { HOME: '/' }, labels: { team: 'blue' } },
    },
  ],
  [
    '["reopened",4,[[1,2,[]],[3,0,[[3,3,1],[9,12,4]]]]]',
    {
      ...{ type: 'execution-reopened', atMs: 4 },
      takenBack: [
        { visit: 1, attempt: 2, items: [] },
        {
          ...{ visit: 3, attempt: 0 },
          items: [
            [3, 3, 1],
            [9, 12, 4],
          ],
        },
      ],
    },
  ],
  [
    '["start",1,1,"x",{"format":1,"name":"n","input":{},"vars":{},"tasks":{}},{},{},{},5]',
    {
      ...{ type: 'execution-started', atMs: 1, id: 'x', input: {}, env: {}, labels: {}, priority: 5 },
      definition: { format: 1, name: 'n', input: {}, vars: {}, tasks: {} },
    },
  ],
  ['["recovered",2]', { type: 'execution-recovered', atMs: 2 }],
  [
    '["end",3,"failed",{"total":null},[{"code":"ACTION_FAILED","message":"broken","task":"a"}]]',
    {
      ...{ type: 'execution-finished', atMs: 3, status: 'failed', output: { total: null } },
      errors: [{ code: 'ACTION_FAILED', message: 'broken', task: 'a' }],
    },
  ],
  [
    '["ok",4,1,null,1,{"rows":[1,"two",null]}]',
    {
      ...{ type: 'attempt-succeeded', atMs: 4, visit: 1, index: undefined, attempt: 1 },
      result: { rows: [1, 'two', null] },
    },
  ],
  ['["ok",5,1,0,2,null]', { type: 'attempt-succeeded', atMs: 5, visit: 1, index: 0, attempt: 2, result: null }],
  [
    '["err",6,1,7,3,{"kind":"application","code":"HTTP_STATUS","message":"503","retryable":true,"details":{"status":503}}]',
    {
      ...{ type: 'attempt-failed', atMs: 6, visit: 1, index: 7, attempt: 3 },
      failure: {
        ...{ kind: 'application', code: 'HTTP_STATUS', message: '503', retryable: true },
        details: { status: 503 },
      },
    },
  ],
  ['["empty",7,2]', { type: 'items-exhausted', atMs: 7, visit: 2 }],
  [
    '["items",7,2,0,["a","b"],0]',
    {
      ...{ type: 'items-produced', atMs: 7, visit: 2, from: 0, items: ['a', 'b'] },
      ...{ ended: false, cursor: undefined, skip: 0 },
    },
  ],
  [
    '["items",7,2,2,[{"id":1}],1,3,{"offset":9}]',
    {
      ...{ type: 'items-produced', atMs: 7, visit: 2, from: 2, items: [{ id: 1 }] },
      ...{ ended: true, cursor: { offset: 9 }, skip: 3 },
    },
  ],
  [
    '["source-err",7,2,3,1,{"kind":"application","message":"gone","retryable":true}]',
    {
      ...{ type: 'source-failed', atMs: 7, visit: 2, from: 3, attempt: 1 },
      failure: { kind: 'application', message: 'gone', retryable: true },
    },
  ],
  ['["timer",8,2,null,1]', { type: 'timer-fired', atMs: 8, visit: 2, index: undefined, attempt: 1 }],
  ['["timer",9,2,0,2]', { type: 'timer-fired', atMs: 9, visit: 2, index: 0, attempt: 2 }],
  [
    '["timer",9,2,null,0,"rate"]',
    { type: 'timer-fired', atMs: 9, visit: 2, index: undefined, attempt: 0, purpose: 'rate' },
  ],
  ['["concurrency",9,"each",20]', { type: 'concurrency-changed', atMs: 9, task: 'each', concurrency: 20 }],
  ['["pause",10]', { type: 'pause-requested', atMs: 10 }],
  ['["resume",11]', { type: 'resume-requested', atMs: 11 }],
  ['["cancel",12,true,"told to"]', { type: 'cancel-requested', atMs: 12, immediate: true, reason: 'told to' }],
  ['["cancel",13,false,null]', { type: 'cancel-requested', atMs: 13, immediate: false, reason: undefined }],
];

function bytes(json: string): Uint8Array {
  return new TextEncoder().encode(json);
}

describe('the event codec', () => {
  it.each(Object.entries<fc.Arbitrary<Event>>(arbitraries))('reads every %s as it was written', (_type, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (event) => {
        expect(decodeEvent(encodeEvent(event))).toStrictEqual(event);
      }),
    );
  });

  it('has one fixture of every kind', () => {
    expect(new Set(formatOne.map(([, event]) => event.type))).toEqual(new Set(Object.keys(arbitraries)));
  });

  it.each(formatOne)('reads and writes %s', (json, event) => {
    expect(decodeEvent(bytes(json))).toStrictEqual(event);
    expect(new TextDecoder().decode(encodeEvent(event))).toBe(json);
  });

  it('writes format 1', () => {
    expect(journalFormat).toBe(1);
  });

  it('adds no more than 36 bytes to the result of a completion', () => {
    const result = { status: 200, path: '/index.html' };
    const event: Event = {
      type: 'attempt-succeeded',
      atMs: 1_700_000_000_000,
      visit: 1,
      index: 99_999,
      attempt: 1,
      result,
    };
    expect(encodeEvent(event).length - JSON.stringify(result).length).toBeLessThanOrEqual(36);
  });

  it.each([
    ['a later format', '["start",0,2,"x",{},{},{},{}]'],
    ['a start without a format', '["start",0]'],
    ['an unknown tag', '["signal",0,1]'],
    ['a tag in other letters', '["OK",0,1,null,1,1]'],
    ['the name of an inherited property as tag', '["constructor",0]'],
    ['an array without a tag', '[]'],
    ['a tag that is a number', '[1,2]'],
    ['an event without a time', '["pause"]'],
    ['a time that is a text', '["pause","0"]'],
    ['an object', '{"0":"pause","1":0}'],
    ['null', 'null'],
    ['a number', '7'],
    ['no JSON', 'pause'],
    ['JSON that ends too early', '["ok",4,1,nul'],
    ['two values', '["pause",1]["pause",2]'],
    ['nothing', ''],
  ])('refuses %s', (_what, json) => {
    expect(() => decodeEvent(bytes(json))).toThrow(expect.objectContaining({ code: 'JOURNAL_FORMAT' }));
  });

  it('refuses bytes that are not UTF-8', () => {
    const broken = Uint8Array.from([...bytes('["cancel",0,true,"'), 0xff, 0xfe, ...bytes('"]')]);
    expect(() => decodeEvent(broken)).toThrow(expect.objectContaining({ code: 'JOURNAL_FORMAT' }));
  });

  it('refuses random bytes with JOURNAL_FORMAT or reads them, and never fails in another way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
        try {
          decodeEvent(data);
        } catch (error) {
          expect(error).toMatchObject({ code: 'JOURNAL_FORMAT' });
        }
      }),
    );
  });
});
