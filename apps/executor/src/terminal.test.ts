import { describe, expect, it } from 'vitest';
import { FakeStream } from '../test/fake-stream.ts';
import { fakeTerminal } from '../test/fake-terminal.ts';

it('keeps data and talk apart', async () => {
  const { terminal, stdout, stderr } = fakeTerminal();
  terminal.note('note');
  await terminal.data('data\n');
  expect([stdout.text, stderr.text]).toEqual(['data\n', 'note\n']);
});

it('says only what must be said when quiet', () => {
  const { terminal, stderr } = fakeTerminal({ verbosity: -1 });
  terminal.note('note');
  terminal.say('last');
  expect(stderr.text).toBe('last\n');
});

it('drops data, and does not wait, when the reader has gone', async () => {
  const { terminal, stdout } = fakeTerminal();
  stdout.fail('EPIPE');
  await terminal.readerGone;
  await terminal.data('data');
  expect(stdout.text).toBe('');
});

it('knows a reader that has gone from a disk that is full', () => {
  const piped = fakeTerminal();
  piped.stdout.fail('EPIPE');
  expect(piped.terminal.outputFailure).toBeUndefined();
  const full = fakeTerminal();
  full.stdout.fail('ENOSPC');
  expect(full.terminal.outputFailure).toMatchObject({ code: 'ENOSPC' });
});

describe('repainting', () => {
  const tty = (): FakeStream => new FakeStream({ isTTY: true });

  it('is for terminals that are looked at', () => {
    expect(fakeTerminal({ stderr: tty() }).terminal.live).toBe(true);
    expect(fakeTerminal().terminal.live).toBe(false);
    expect(fakeTerminal({ stderr: tty(), env: { TERM: 'dumb' } }).terminal.live).toBe(false);
    expect(fakeTerminal({ stderr: tty(), env: { CI: 'true' } }).terminal.live).toBe(false);
    expect(fakeTerminal({ stderr: tty(), env: { CI: 'false' } }).terminal.live).toBe(true);
    expect(fakeTerminal({ stderr: tty(), verbosity: -1 }).terminal.live).toBe(false);
  });
});
