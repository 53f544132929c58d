import { expect, it } from 'vitest';
import type { Context, ContextStrategy } from '../context.ts';
import { listed, namesOf, root, succeeded } from './sample.ts';

/** Every name that objects inherit, some that JavaScript treats specially, and the names of the language itself. */
const specialNames = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...[
    'prototype',
    'length',
    'name',
    'then',
    'toJSON',
    'get',
    'size',
    '',
    ' ',
    '\0',
    '\0propertyIsEnumerable',
    '0',
    '-1',
  ],
  ...['item', 'index', 'input', 'vars', 'task', 'execution', 'env', '@@__IMMUTABLE_MAP__@@', '\u{1F600}', '\ud800'],
];

/** Both have the hash 0 in Immutable.js. */
const hashZeroNames = ['', 'f5a5a608'];

const ordinaryNames = Array.from({ length: 40 }, (_, position) => `name_${(position * 7919) % 1000}`);

function written(strategy: ContextStrategy, names: readonly string[]): Context {
  let context = strategy.create(root);
  for (const [position, name] of names.entries()) {
    context = context.publish([[name, `variable ${position}`]], 2 * position + 1);
    context = context.withTask(name, succeeded(position), 2 * position + 2);
  }
  return context;
}

function expectAll(context: Context, names: readonly string[]): void {
  for (const [position, name] of names.entries()) {
    expect(context.lookup('vars', name)).toBe(`variable ${position}`);
    expect(context.lookup('task', name)).toEqual(succeeded(position));
    expect(listed(context, 'vars', name)).toBe(`variable ${position}`);
    expect(listed(context, 'task', name)).toEqual(succeeded(position));
  }
}

/** Object keys that are whole numbers come first in any object; all others are listed as written. */
function listingOrder(names: readonly string[]): readonly string[] {
  return Object.keys(Object.fromEntries(names.map((name) => [name, true])));
}

export function hostileNameLaws(strategy: ContextStrategy): void {
  it.each(specialNames)('keeps %j as the name of a variable and of a task, alone and among many', (name) => {
    for (const names of [[name], [...ordinaryNames, name], [name, ...ordinaryNames]]) {
      const context = written(strategy, names);
      expectAll(context, names);
      expect(context.entries().filter((entry) => entry.name === name)).toHaveLength(2);
      expectAll(strategy.restore(root, context.entries()), names);
    }
  });

  it('does not know what objects inherit', () => {
    const context = written(strategy, ordinaryNames);
    for (const name of Object.getOwnPropertyNames(Object.prototype)) {
      expect(context.resolve(name)).toBeUndefined();
      for (const namespace of ['vars', 'task', 'input', 'execution', 'env']) {
        expect(context.lookup(namespace, name)).toBeUndefined();
      }
    }
  });

  it('lists names without the members that objects inherit', () => {
    const context = written(strategy, ordinaryNames);
    expect('constructor' in (context.resolve('vars') as object)).toBe(false);
    expect('constructor' in (context.resolve('task') as object)).toBe(false);
  });

  it('holds every name that objects inherit next to names with the hash 0', () => {
    for (const zero of hashZeroNames) {
      const names = [...ordinaryNames, zero, ...Object.getOwnPropertyNames(Object.prototype)];
      const context = written(strategy, names);
      expectAll(context, names);
      expectAll(context.merge([written(strategy, names)], 0), names);
      expectAll(strategy.restore(root, context.entries()), names);
    }
  });

  it('holds items called by every name that objects inherit', () => {
    for (const name of [...Object.getOwnPropertyNames(Object.prototype), ...hashZeroNames]) {
      const item = written(strategy, ordinaryNames).forItem({ id: 7 }, 0, name);
      expect(item.resolve(name)).toEqual({ id: 7 });
      expect(item.lookup(name, 'id')).toBe(7);
    }
  });

  it('lists more than eight names in order of writing', () => {
    for (const names of [ordinaryNames, [...ordinaryNames].reverse()]) {
      const context = written(strategy, names);
      expect(namesOf(context, 'vars')).toEqual(names);
      expect(namesOf(context, 'task')).toEqual(names);
      expect(context.entries().map(({ name }) => name)).toEqual(names.flatMap((name) => [name, name]));
    }
  });

  it('lists in order of writing what one publish set, and moves to the end what is written again', () => {
    const pairs = ordinaryNames.map((name) => [name, true] as const);
    const context = strategy.create(root).publish(pairs, 1);
    expect(namesOf(context, 'vars')).toEqual(ordinaryNames);
    const [first = '', ...rest] = ordinaryNames;
    expect(namesOf(context.publish([[first, false]], 2), 'vars')).toEqual([...rest, first]);
  });

  it('tells apart 600 long names, more than a cache of hashes holds, in any order of reading', () => {
    const names = Array.from({ length: 600 }, (_, position) => `${'a-long-name-'.repeat(6)}${position}`);
    const context = strategy.create(root).publish(
      names.map((name, position) => [name, position] as const),
      1,
    );
    for (const read of [names, [...names].reverse()]) {
      for (const name of read) expect(context.lookup('vars', name)).toBe(names.indexOf(name));
    }
    expect(namesOf(context, 'vars')).toEqual(names);
    expect(context.resolve(`${'a-long-name-'.repeat(6)}600`)).toBeUndefined();
  });

  it('tells apart 256 names that share one hash', () => {
    const names = Array.from({ length: 256 }, (_, bits) =>
      Array.from({ length: 8 }, (__, position) => ((bits >> position) & 1 ? 'Aa' : 'BB')).join(''),
    );
    const context = strategy.create(root).publish(
      names.map((name, position) => [name, position] as const),
      1,
    );
    for (const [position, name] of names.entries()) expect(context.lookup('vars', name)).toBe(position);
    expect(namesOf(context, 'vars')).toEqual(names);
  });

  it('takes values with hostile keys as the data they are', () => {
    const text =
      '{"constructor":"ACME","__proto__":{"polluted":true},"toJSON":1,"then":2,"size":3,' +
      '"@@__IMMUTABLE_MAP__@@":true,"@@__IMMUTABLE_ITERABLE__@@":true,"@@__IMMUTABLE_RECORD__@@":true}';
    const value: unknown = JSON.parse(text);
    const context = strategy
      .create({ ...root, input: value as Record<string, unknown> })
      .publish([['v', value]], 1)
      .publish([['w', [value]]], 2)
      .withTask('t', succeeded(value), 3)
      .forItem(value, 0);
    const merged = context.merge([context.publish([['late', value]], 4)], 3);
    for (const found of [
      merged.resolve('v'),
      merged.resolve('item'),
      merged.resolve('late'),
      merged.resolve('input'),
    ]) {
      expect(JSON.stringify(found)).toBe(text);
    }
    expect(merged.lookup('input', 'constructor')).toBe('ACME');
    expect(merged.lookup('item', '__proto__')).toEqual({ polluted: true });
    expect(JSON.stringify(merged.entries()).split(text)).toHaveLength(5);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('keeps a name that was written in entries that go through JSON and through structuredClone', () => {
    const context = written(strategy, specialNames);
    const json = JSON.parse(JSON.stringify(context.entries())) as ReturnType<Context['entries']>;
    for (const entries of [json, structuredClone(context.entries())]) {
      const restored = strategy.restore(root, entries);
      for (const [position, name] of specialNames.entries())
        expect(restored.lookup('vars', name)).toBe(`variable ${position}`);
      expect(namesOf(restored, 'vars')).toEqual(listingOrder(specialNames));
    }
  });
}
