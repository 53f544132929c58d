import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['3d', 259_200_000],
    ['7', 7_000],
    ['0', 0],
    [' 4s ', 4_000],
  ])('reads %j as %d ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each(['', 's', '-1s', '1 s', '1e3', '10 seconds', '1w', '0x10', 'Infinity', 'NaN', '٣s'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('refuses what a timer of Node cannot wait for', () => {
    expect(parseDuration('24d')).toBe(24 * 86_400_000);
    expect(parseDuration('25d')).toBeUndefined();
    expect(parseDuration('9'.repeat(15))).toBeUndefined();
    expect(parseDuration('9'.repeat(10_000))).toBeUndefined();
  });
});

describe('formatDuration', () => {
  it.each([
    [-5, '0ms'],
    [0, '0ms'],
    [999.4, '999ms'],
    [4_249, '4.2s'],
    [9_949, '9.9s'],
    [9_950, '10s'],
    [59_499, '59s'],
    [59_600, '1m00s'],
    [185_000, '3m05s'],
    [3_599_600, '1h00m'],
    [7_380_000, '2h03m'],
    [367_200_000, '4d06h'],
  ])('shows %d ms as %s', (durationMs, expected) => {
    expect(formatDuration(durationMs)).toBe(expected);
  });
});
