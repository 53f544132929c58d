import { expect, it } from 'vitest';
import * as door from './index.ts';

it('exports the default strategy, what tells whether an item fits its names, and no other value', () => {
  expect(Object.keys(door)).toEqual(['hasItemParts', 'itemContext']);
});
