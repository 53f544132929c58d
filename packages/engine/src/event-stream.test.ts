import type { Notice } from '@weftline/coordinator';
import { describe, expect, test, vi } from 'vitest';
import type { ExecutionEvent } from './engine.ts';
import { EventStream } from './event-stream.ts';

const recovered: Notice = { type: 'execution-recovered' };

function streamOf(onReturn = (): void => undefined): EventStream {
  return new EventStream({ execution: 'one', redact: (body) => body, onReturn });
}

async function typesIn(stream: AsyncIterable<ExecutionEvent>): Promise<readonly string[]> {
  const types: string[] = [];
  for await (const { type } of stream) types.push(type);
  return types;
}

describe('a stream of events', () => {
  test('gives what came before it was read, then what comes, then ends', async () => {
    const stream = streamOf();
    stream.onBatch({ sequence: 3, atMs: 0, notices: [recovered] });
    expect(await stream.next()).toEqual({
      done: false,
      value: { sequence: 3, at: '1970-01-01T00:00:00.000Z', execution: 'one', type: 'execution-recovered' },
    });
    const rest = typesIn(stream);
    stream.onBatch({ sequence: 4, atMs: 1, notices: [{ type: 'execution-paused' }, { type: 'execution-resumed' }] });
    stream.onClose(undefined);
    expect(await rest).toEqual(['execution-paused', 'execution-resumed']);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('gives every event of a long run in order', async () => {
    const stream = streamOf();
    const sequences = Array.from({ length: 5000 }, (_, index) => index + 1);
    for (const sequence of sequences) stream.onBatch({ sequence, atMs: 0, notices: [recovered] });
    stream.onClose(undefined);
    const seen: number[] = [];
    for await (const event of stream) seen.push(event.sequence);
    expect(seen).toEqual(sequences);
  });

  test('ends with EVENTS_OVERFLOW, not with a gap, for a consumer that falls too far behind', async () => {
    const stream = streamOf();
    const notices = Array.from({ length: 50_000 }, () => recovered);
    for (const sequence of [1, 2, 3]) stream.onBatch({ sequence, atMs: 0, notices });
    let seen = 0;
    const reading = async (): Promise<void> => {
      for await (const event of stream) if (event.type === 'execution-recovered') seen += 1;
    };
    await expect(reading()).rejects.toMatchObject({ code: 'EVENTS_OVERFLOW' });
    expect(seen).toBe(100_000);
  });

  test('passes on why the execution stopped', async () => {
    const stream = streamOf();
    const reading = typesIn(stream);
    stream.onClose(new Error('store lost'));
    await expect(reading).rejects.toThrow('store lost');
  });

  test('lets go of the execution when its reader leaves', async () => {
    const onReturn = vi.fn();
    const stream = streamOf(onReturn);
    stream.onBatch({ sequence: 1, atMs: 0, notices: [recovered, recovered] });
    for await (const event of stream) {
      expect(event.sequence).toBe(1);
      break;
    }
    expect(onReturn).toHaveBeenCalledOnce();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});
