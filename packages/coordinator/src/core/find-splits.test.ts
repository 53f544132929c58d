import { createGraph, parseWorkflow } from '@weftline/graph';
import { describe, expect, it } from 'vitest';
import { findSplits } from './find-splits.ts';
import { joinPlace, routeThrough, taskAtJoin } from './route.ts';

function splits(tasks: string): readonly string[] {
  const definition = parseWorkflow(`weftline: 1\ntasks: { ${tasks} }`, { file: 'test.yaml' });
  return [...findSplits(createGraph(definition))].sort();
}

describe('splits', () => {
  it.each([
    ['are where several tasks lead', 'a: { next: c }, b: { next: c }, c: { next: d }, d: {}', ['c']],
    ['are where one task leads by several transitions', 'a: { next: [{ when: failed(), do: b }, b] }, b: {}', ['b']],
    ['are not where a join waits', 'a: { next: c }, b: { next: c }, c: { join: all }', []],
    ['are not in cycles', 'a: { next: b }, b: { next: { when: failed(), do: b } }', []],
    ['are not where nothing leads', 'a: {}, b: {}', []],
  ])('%s', (_, tasks, expected) => {
    expect(splits(tasks)).toEqual(expected);
  });
});

describe('routes', () => {
  const first = routeThrough(undefined, { from: 'a', position: 0, place: 1 });

  it('tell apart which way each split was reached', () => {
    expect(first).not.toBe(routeThrough(undefined, { from: 'a', position: 1, place: 1 }));
    expect(first).not.toBe(routeThrough(undefined, { from: 'b', position: 0, place: 1 }));
    expect(routeThrough(first, { from: 'c', position: 0, place: 0 }).startsWith(first)).toBe(true);
  });

  it('make places of joins, of which the task can be told', () => {
    expect(joinPlace('j', undefined)).toBe('j');
    expect(joinPlace('j', first)).not.toBe('j');
    expect(['j', joinPlace('j', first)].map(taskAtJoin)).toEqual(['j', 'j']);
  });
});
