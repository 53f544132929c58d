import { expect, it } from 'vitest';
import { itemCounts } from '../../test/task-progress.ts';
import { TaskRate, itemsDone } from './task-rate.ts';

it('tells nothing before it has seen anything for a while', () => {
  const rate = new TaskRate();
  expect(rate.perSecond()).toBeUndefined();
  rate.add(0, itemCounts(100));
  expect(rate.perSecond()).toBeUndefined();
  rate.add(100, itemCounts(100, { succeeded: 10 }));
  expect(rate.perSecond()).toBeUndefined();
});

it('goes by the last seconds and forgets what was before', () => {
  const rate = new TaskRate();
  for (let second = 0; second <= 10; second += 1)
    rate.add(second * 1_000, itemCounts(10_000, { succeeded: second * 100 }));
  expect(rate.perSecond()).toBeCloseTo(100);
  for (let second = 11; second <= 20; second += 1) rate.add(second * 1_000, itemCounts(10_000, { succeeded: 1_000 }));
  expect(rate.perSecond()).toBe(0);
});

it('does not start from nothing when an execution is resumed', () => {
  const rate = new TaskRate();
  rate.add(0, itemCounts(10_000, { succeeded: 5_000 }));
  rate.add(1_000, itemCounts(10_000, { succeeded: 5_100 }));
  expect(rate.perSecond()).toBeCloseTo(100);
});

it('counts every way of being done', () => {
  expect(itemsDone(itemCounts(10, { succeeded: 3, failed: 2, canceled: 1, running: 4 }))).toBe(6);
});
