import type { Append, StoreError } from '@weftline/persistence';
import { describe, expect, it } from 'vitest';
import { AppendBatch } from './append-batch.ts';
import { Interrupted } from './interrupted.ts';
import type { Session, Statement } from './session.ts';

type Answer = readonly unknown[] | Error;

/** A session that answers each statement in turn, and notes what it was asked. */
function scripted(...answers: readonly (readonly [string, Answer])[]): { session: Session; asked: string[] } {
  const script = [...answers];
  const asked: string[] = [];
  const query = async ({ name }: Statement): Promise<readonly unknown[]> => {
    asked.push(name);
    const [expected, answer = []] = script.shift() ?? ['nothing more'];
    expect(name).toBe(expected);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { session: { query } as unknown as Session, asked };
}

function appendOf(execution: string, sequence: number, more: Partial<Append> = {}): Append {
  return { execution, epoch: 1, sequence, records: [Uint8Array.of(sequence)], ...more };
}

const lost = new Interrupted('lost', { unanswered: true });

function codes(outcomes: readonly (StoreError | undefined)[]): string[] {
  return outcomes.map((outcome) => outcome?.code ?? 'taken');
}

describe('a batch of appends', () => {
  it('takes one statement where everything fits', async () => {
    const { session, asked } = scripted(['append', [{ place: 2 }, { place: 1 }]]);
    const batch = new AppendBatch([appendOf('x', 1), appendOf('y', 5), appendOf('x', 2)]);
    expect(codes(await batch.write(session))).toEqual(['taken', 'taken', 'taken']);
    expect(asked).toEqual(['append']);
    expect(batch.hasWritten).toBe(true);
  });

  it('offers once more what the state of an execution allows', async () => {
    const { session, asked } = scripted(
      ['append', [{ place: 2 }]],
      ['read-fences', [{ id: 'x', epoch: 1, head: 1, isOwned: true }]],
      ['append', [{ place: 1 }]],
    );
    const batch = new AppendBatch([appendOf('x', 1), appendOf('y', 1), appendOf('x', 2)]);
    expect(codes(await batch.write(session))).toEqual(['STORE_CONFLICT', 'taken', 'taken']);
    expect(asked).toHaveLength(3);
  });

  it('asks again while others change an execution between the statements', async () => {
    const { session } = scripted(
      ['append', []],
      // By now it looks as if it would have fitted.
      ['read-fences', [{ id: 'x', epoch: 1, head: 0, isOwned: true }]],
      ['append', []],
      ['read-fences', [{ id: 'x', epoch: 2, head: 0, isOwned: true }]],
    );
    expect(codes(await new AppendBatch([appendOf('x', 1)]).write(session))).toEqual(['STORE_CONFLICT']);
  });

  it('answers at once for what cannot be there, and sends nothing', async () => {
    const { session, asked } = scripted();
    const batch = new AppendBatch([appendOf('a\0', 1)]);
    expect(codes(await batch.write(session))).toEqual(['STORE_NOT_FOUND']);
    expect(asked).toEqual([]);
    expect(batch.hasWritten).toBe(false);
  });

  it('that lost an answer looks into the journal before it believes a refusal', async () => {
    const batch = new AppendBatch([appendOf('x', 1), appendOf('y', 1)]);
    await expect(batch.write(scripted(['append', lost]).session)).rejects.toBe(lost);
    expect(batch.hasWritten).toBe(false);
    const { session, asked } = scripted(
      ['append', []],
      ['find-written', [{ id: 'x' }]],
      ['read-fences', [{ id: 'y', epoch: 4, head: 0, isOwned: true }]],
    );
    expect(codes(await batch.write(session))).toEqual(['taken', 'STORE_CONFLICT']);
    expect(asked).toEqual(['append', 'find-written', 'read-fences']);
    expect(batch.hasWritten).toBe(true);
  });

  it('goes on with what has no answer, and remembers what has', async () => {
    const batch = new AppendBatch([appendOf('x', 1), appendOf('y', 2)]);
    await expect(batch.write(scripted(['append', [{ place: 1 }]], ['read-fences', lost]).session)).rejects.toBe(lost);
    expect(batch.hasWritten).toBe(true);
    const { session } = scripted(['append', []], ['read-fences', []]);
    // The refusal of y had been heard, so nothing is looked up.
    expect(codes(await batch.write(session))).toEqual(['taken', 'STORE_NOT_FOUND']);
  });

  it('does not know about a summary alone, when the answer was lost and another epoch has begun', async () => {
    const summary = { records: [], summary: { status: 's' } };
    const batch = new AppendBatch([appendOf('x', 1, summary), appendOf('y', 1, summary)]);
    await expect(batch.write(scripted(['append', lost]).session)).rejects.toBe(lost);
    const { session } = scripted(
      ['append', [{ place: 2 }]],
      ['read-fences', [{ id: 'x', epoch: 2, head: 0, isOwned: true }]],
    );
    expect(codes(await batch.write(session))).toEqual(['STORE_UNKNOWN_OUTCOME', 'taken']);
  });
});
