import { expect, it } from 'vitest';
import * as door from './index.ts';

it('exports the default strategy and no other value', () => {
  expect(Object.keys(door)).toEqual(['itemContext']);
});
