import { expect, it } from 'vitest';
import { formatBytes } from './format-bytes.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [48_249, '48.2 kB'],
  [999_960, '1.0 MB'],
  [3.14e9, '3.1 GB'],
  [5e16, '50000.0 TB'],
])('%s bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
