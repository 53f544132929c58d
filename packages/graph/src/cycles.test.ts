import { describe, expect, it } from 'vitest';
import { findCyclic } from './cycles.ts';

function cyclic(edges: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.keys(edges);
  return [...findCyclic(names, (name) => [...(edges[name] ?? '')])].sort();
}

describe('names that lead back to themselves', () => {
  it.each<readonly [fact: string, edges: Readonly<Record<string, string>>, found: readonly string[]]>([
    ['are none in a chain', { a: 'b', b: 'c', c: '' }, []],
    ['are none where ways meet', { a: 'bc', b: 'd', c: 'd', d: '' }, []],
    ['include one that leads to itself', { a: 'ab', b: '' }, ['a']],
    ['are all of a ring, but not what leads there or away', { a: 'b', b: 'c', c: 'bd', d: '' }, ['b', 'c']],
    ['are those of two rings that a way connects', { a: 'b', b: 'ac', c: 'd', d: 'c' }, ['a', 'b', 'c', 'd']],
    ['are not what lies between two rings', { a: 'ab', b: 'c', c: 'c' }, ['a', 'c']],
    ['are found inside a larger ring', { a: 'b', b: 'c', c: 'ab' }, ['a', 'b', 'c']],
  ])('%s', (_, edges, found) => {
    expect(cyclic(edges)).toEqual(found);
  });

  it('are found along a ring of a hundred thousand', () => {
    const names = Array.from({ length: 100_000 }, (_, index) => String(index));
    const next = (name: string): readonly string[] => [String((Number(name) + 1) % names.length)];
    expect(findCyclic(names, next).size).toBe(names.length);
  });
});
