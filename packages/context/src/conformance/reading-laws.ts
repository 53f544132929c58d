import { expect, it } from 'vitest';
import type { ContextStrategy } from '../context.ts';
import { listed, namesOf, root, sample, succeeded } from './sample.ts';

const namespaces = ['input', 'vars', 'task', 'execution', 'env'];

export function readingLaws(strategy: ContextStrategy): void {
  it('resolves every namespace as a whole', () => {
    const context = sample(strategy);
    expect(context.resolve('input')).toEqual(root.input);
    expect(context.resolve('execution')).toEqual(root.execution);
    expect(context.resolve('env')).toEqual(root.env);
    expect({ ...(context.resolve('vars') as object) }).toEqual({ currency: 'EUR', rows: [{ id: 1 }, { id: 2 }] });
    expect({ ...(context.resolve('task') as object) }).toEqual({ fetch: succeeded({ status: 200 }) });
  });

  it('lists empty namespaces before anything was written', () => {
    const context = strategy.create({ input: {}, execution: {}, env: {} });
    for (const namespace of namespaces) expect(namesOf(context, namespace)).toEqual([]);
    expect(context.entries()).toEqual([]);
  });

  it('looks up exactly what listing the namespace shows, for every key', () => {
    const context = sample(strategy);
    for (const namespace of namespaces) {
      const keys = namesOf(context, namespace);
      expect(keys.length).toBeGreaterThan(0);
      for (const key of [...keys, 'absent', 'constructor', 'toString', '__proto__', '']) {
        expect(context.lookup(namespace, key)).toEqual(listed(context, namespace, key));
      }
    }
  });

  it('looks up members of a variable under its bare name', () => {
    const context = sample(strategy).publish([['config', { depth: 3 }]], 4);
    expect(context.lookup('config', 'depth')).toBe(3);
    expect(context.lookup('config', 'toString')).toBeUndefined();
    expect(context.lookup('currency', 'length')).toBeUndefined();
  });

  it('answers undefined for what is missing', () => {
    const context = sample(strategy);
    expect(context.resolve('absent')).toBeUndefined();
    expect(context.resolve('item')).toBeUndefined();
    expect(context.resolve('index')).toBeUndefined();
    for (const namespace of [...namespaces, 'absent', 'item', 'index']) {
      expect(context.lookup(namespace, 'absent')).toBeUndefined();
    }
  });

  it('tells null from missing', () => {
    const context = sample(strategy).publish([['nothing', null]], 4);
    expect(context.resolve('nothing')).toBeNull();
    expect(context.lookup('vars', 'nothing')).toBeNull();
  });

  it('resolves a bare name to the variable, and to the namespace where both have the name', () => {
    const context = sample(strategy).publish([['input', 'mine']], 4);
    expect(context.resolve('currency')).toBe('EUR');
    expect(context.resolve('input')).toEqual(root.input);
    expect(context.lookup('vars', 'input')).toBe('mine');
  });

  it('keeps variables and tasks of one name apart', () => {
    const context = sample(strategy).publish([['fetch', 'a variable']], 4);
    expect(context.lookup('vars', 'fetch')).toBe('a variable');
    expect(context.lookup('task', 'fetch')).toEqual(succeeded({ status: 200 }));
  });

  it('replaces a value that is written again', () => {
    const context = sample(strategy)
      .publish([['currency', 'USD']], 4)
      .withTask('fetch', succeeded(null), 5);
    expect(context.resolve('currency')).toBe('USD');
    expect(context.lookup('task', 'fetch')).toEqual(succeeded(null));
    expect(context.entries()).toHaveLength(3);
  });

  it('takes the last value of a name that one publish sets twice', () => {
    const context = sample(strategy)
      .publish(new Map([['a', 1]]), 4)
      .publish(
        [
          ['b', 1],
          ['b', 2],
        ],
        5,
      );
    expect(context.resolve('a')).toBe(1);
    expect(context.resolve('b')).toBe(2);
  });

  it('hands out the listed namespaces frozen', () => {
    const context = sample(strategy);
    expect(context.resolve('vars')).toBeTypeOf('object');
    expect(Object.isFrozen(context.resolve('vars'))).toBe(true);
    expect(Object.isFrozen(context.resolve('task'))).toBe(true);
  });
}
