import { describe, expect, it } from 'vitest';
import { channelOf, parseNotice } from './notices.ts';

describe('a notice', () => {
  it('is read from what was told', () => {
    const payload = '{"kind" : "finished", "execution" : "a \\"b\\" \\u0001"}';
    expect(parseNotice(payload)).toEqual({ kind: 'finished', execution: 'a "b" \u0001' });
  });

  it('is nothing when somebody else says something on the channel', () => {
    const foreign = ['', 'hello', '5', 'null', '[]', '{}', '{"kind":"finished"}', '{"kind":"missed","execution":"x"}'];
    for (const payload of [...foreign, '{"kind":"finished","execution":5}']) {
      expect(parseNotice(payload)).toBeUndefined();
    }
  });
});

it('every schema has a channel of its own, whose name is short and needs no quotes', () => {
  const channels = ['"weftline"', '"Weftline"', `"${'x'.repeat(63)}"`, `"${'x'.repeat(62)}"`].map(channelOf);
  expect(new Set(channels).size).toBe(4);
  for (const channel of channels) expect(channel).toMatch(/^weftline_[0-9a-f]{16}$/);
});
