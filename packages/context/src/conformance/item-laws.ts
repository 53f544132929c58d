import { expect, it } from 'vitest';
import type { ContextStrategy } from '../context.ts';
import { listed, root, sample, succeeded } from './sample.ts';

export function itemLaws(strategy: ContextStrategy): void {
  it('shows the item, its index and its own name over everything else', () => {
    const item = sample(strategy).forItem({ id: 7 }, 3, 'row');
    expect([item.resolve('item'), item.resolve('index'), item.resolve('row')]).toEqual([{ id: 7 }, 3, { id: 7 }]);
    expect(item.resolve('currency')).toBe('EUR');
    expect(item.lookup('task', 'fetch')).toEqual(succeeded({ status: 200 }));
    expect(item.lookup('input', 'limit')).toBe(100);
  });

  it('has no name of its own unless one is given', () => {
    const item = sample(strategy).forItem(1, 0);
    expect(item.resolve('row')).toBeUndefined();
    expect(item.resolve('undefined')).toBeUndefined();
  });

  it('shows the parts of the item under several names, in order', () => {
    const pair = sample(strategy).forItem(['a', { b: 1 }], 0, ['left', 'right']);
    expect([pair.resolve('left'), pair.resolve('right'), pair.resolve('item')]).toEqual([
      ...['a', { b: 1 }],
      ['a', { b: 1 }],
    ]);
    expect([pair.lookup('right', 'b'), pair.lookup('left', 'length')]).toEqual([1, undefined]);
    const entry = sample(strategy).forItem({ key: 'a', value: { b: 1 } }, 0, ['name', 'what']);
    expect([entry.resolve('name'), entry.lookup('what', 'b')]).toEqual(['a', 1]);
    expect(sample(strategy).forItem(1, 0, ['left', 'right']).resolve('left')).toBeUndefined();
  });

  it('lays the names of the item over variables and namespaces, which keep them under vars', () => {
    const context = sample(strategy).publish(
      [
        ['item', 'variable'],
        ['index', 'variable'],
        ['row', 'variable'],
      ],
      4,
    );
    const item = context.forItem({ id: 7 }, 3, 'row');
    for (const name of ['item', 'index', 'row']) {
      expect(item.resolve(name)).not.toBe('variable');
      expect(item.lookup('vars', name)).toBe('variable');
      expect(listed(item, 'vars', name)).toBe('variable');
      expect(context.resolve(name)).toBe('variable');
    }
    const shadowing = context.forItem({ limit: 1 }, 0, 'input');
    expect(shadowing.resolve('input')).toEqual({ limit: 1 });
    expect(shadowing.lookup('input', 'limit')).toBe(1);
    expect(shadowing.lookup('input', 'url')).toBeUndefined();
  });

  it('keeps item and index what they are when the item is called that', () => {
    expect(sample(strategy).forItem('a', 3, 'index').resolve('index')).toBe(3);
    expect(sample(strategy).forItem('a', 3, 'item').resolve('item')).toBe('a');
  });

  it('looks up own members of the item only', () => {
    const item = sample(strategy).forItem({ id: 7 }, 3, 'row');
    expect([item.lookup('item', 'id'), item.lookup('row', 'id')]).toEqual([7, 7]);
    for (const name of ['constructor', 'toString', '__proto__', 'absent']) {
      expect([item.lookup('item', name), item.lookup('row', name), item.lookup('index', name)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  it.each([null, false, 0, '', [], {}])('takes %j as an item', (value) => {
    const item = sample(strategy)
      .publish([['row', 'variable']], 4)
      .forItem(value, 0, 'row');
    expect(item.resolve('item')).toEqual(value);
    expect(item.resolve('row')).toEqual(value);
    expect(item.lookup('item', 'absent')).toBeUndefined();
  });

  it('keeps items apart from each other and from their parent', () => {
    const parent = sample(strategy);
    const [first, second] = [parent.forItem('a', 0, 'row'), parent.forItem('b', 1, 'row')];
    const written = first.publish([['currency', 'USD']], 4).withTask('inner', succeeded(1), 5);
    expect([written.resolve('item'), written.resolve('index'), written.resolve('row')]).toEqual(['a', 0, 'a']);
    expect(written.resolve('currency')).toBe('USD');
    for (const context of [parent, first, second]) {
      expect(context.resolve('currency')).toBe('EUR');
      expect(context.lookup('task', 'inner')).toBeUndefined();
    }
    expect(second.resolve('item')).toBe('b');
    expect(parent.resolve('item')).toBeUndefined();
  });

  it('never sees what the parent writes later', () => {
    const parent = sample(strategy);
    const item = parent.forItem('a', 0);
    parent.publish([['currency', 'USD']], 4);
    expect(item.resolve('currency')).toBe('EUR');
  });

  it('nests: the inner item wins, the outer one stays visible under its own name', () => {
    const inner = sample(strategy).forItem({ order: 1 }, 4, 'order').forItem({ line: 2 }, 9, 'line');
    expect([inner.resolve('item'), inner.resolve('index')]).toEqual([{ line: 2 }, 9]);
    expect([inner.resolve('line'), inner.resolve('order')]).toEqual([{ line: 2 }, { order: 1 }]);
    expect(inner.lookup('order', 'order')).toBe(1);
    expect(inner.forItem('deepest', 0, 'order').resolve('order')).toBe('deepest');
  });

  it('stays an item through a merge, whose result knows what the arrivals wrote', () => {
    const item = sample(strategy).forItem('a', 2, 'row');
    const merged = item.merge([item.publish([['seen', 1]], 4), sample(strategy).publish([['other', 2]], 5)], 3);
    expect([merged.resolve('item'), merged.resolve('index'), merged.resolve('row')]).toEqual(['a', 2, 'a']);
    expect([merged.resolve('seen'), merged.resolve('other')]).toEqual([1, 2]);
  });

  it('is not part of the entries', () => {
    const parent = sample(strategy);
    expect(parent.forItem('a', 0, 'row').entries()).toEqual(parent.entries());
    expect(strategy.restore(root, parent.forItem('a', 0, 'row').entries()).resolve('item')).toBeUndefined();
  });
}
