import { describe, expect, it } from 'vitest';
import { createStyle } from './style.ts';
import type { StyleOptions } from './style.ts';

function style(options: Partial<StyleOptions>): ReturnType<typeof createStyle> {
  return createStyle({ isTTY: true, env: {}, platform: 'linux', ...options });
}

describe('colour', () => {
  it('is used on a terminal only', () => {
    expect(style({}).color).toBe(true);
    expect(style({ isTTY: false }).color).toBe(false);
  });

  it('is off with a non-empty NO_COLOR and with TERM=dumb', () => {
    expect(style({ env: { NO_COLOR: '1' } }).color).toBe(false);
    expect(style({ env: { NO_COLOR: '' } }).color).toBe(true);
    expect(style({ env: { TERM: 'dumb' } }).color).toBe(false);
  });

  it('is forced by FORCE_COLOR, whatever NO_COLOR says', () => {
    expect(style({ isTTY: false, env: { FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' } }).color).toBe(true);
    expect(style({ env: { FORCE_COLOR: '0' } }).color).toBe(false);
  });

  it('follows the flag before anything else', () => {
    expect(style({ color: false, env: { FORCE_COLOR: '1' } }).color).toBe(false);
    expect(style({ color: true, isTTY: false, env: { NO_COLOR: '1' } }).color).toBe(true);
  });

  it('leaves text alone when it is off', () => {
    expect(style({ color: false }).paint('red', 'x')).toBe('x');
    expect(style({ color: true }).paint('red', 'x')).toBe('\u001B[31mx\u001B[39m');
    expect(style({ color: true }).paint('red', '')).toBe('');
  });
});

describe('symbols', () => {
  it.each([
    [{ LANG: 'en_US.UTF-8' }, true],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, false],
    [{ LC_ALL: '', LANG: 'C.utf8' }, true],
    [{}, false],
    [{ LANG: 'C.UTF-8', TERM: 'dumb' }, false],
    [{ LANG: 'C.UTF-8', TERM: 'linux' }, false],
  ])('with %j are drawn: %s', (env, expected) => {
    expect(style({ env }).unicode).toBe(expected);
  });

  it('go by the terminal on Windows and are taken for granted on macOS', () => {
    expect(style({ platform: 'win32', env: { LANG: 'C.UTF-8' } }).unicode).toBe(false);
    expect(style({ platform: 'win32', env: { WT_SESSION: 'x' } }).unicode).toBe(true);
    expect(style({ platform: 'darwin' }).unicode).toBe(true);
  });
});
