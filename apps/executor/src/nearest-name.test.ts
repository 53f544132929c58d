import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

it('finds the name that was meant', () => {
  expect(nearestName('actoins', ['actions', 'store', 'env'])).toBe('actions');
  expect(nearestName('Store', ['actions', 'store'])).toBe('store');
});

it('finds nothing when no name is near', () => {
  expect(nearestName('completely', ['actions', 'store'])).toBeUndefined();
  expect(nearestName('x', [])).toBeUndefined();
  expect(nearestName('a'.repeat(1_000_000), ['actions'])).toBeUndefined();
});
