import { describe, expect, it } from 'vitest';
import { AttemptGate } from './attempt-gate.ts';

describe('the attempt gate', () => {
  it('lets as many in as it has places, the others when one leaves, in line', () => {
    const gate = new AttemptGate(2);
    const entered: number[] = [];
    for (let each = 0; each < 5; each += 1) gate.enter(() => entered.push(each));
    expect(entered).toEqual([0, 1]);
    gate.leave();
    expect(entered).toEqual([0, 1, 2]);
    gate.leave();
    gate.leave();
    expect(entered).toEqual([0, 1, 2, 3, 4]);
    gate.leave();
    gate.leave();
    gate.enter(() => entered.push(5));
    expect(entered.at(-1)).toBe(5);
  });

  it('lets any number through that leave at once, without growing the stack', () => {
    const gate = new AttemptGate(1);
    let passed = 0;
    gate.enter(() => undefined);
    for (let each = 0; each < 100_000; each += 1) {
      gate.enter(() => {
        passed += 1;
        gate.leave();
      });
    }
    expect(passed).toBe(0);
    gate.leave();
    expect(passed).toBe(100_000);
  });

  it('keeps the line while somebody enters from within', () => {
    const gate = new AttemptGate(1);
    const entered: string[] = [];
    gate.enter(() => entered.push('first'));
    gate.enter(() => {
      entered.push('second');
      gate.enter(() => entered.push('fourth'));
      gate.leave();
    });
    gate.enter(() => {
      entered.push('third');
      gate.leave();
    });
    gate.leave();
    expect(entered).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('goes on after somebody who was let in has thrown', () => {
    const gate = new AttemptGate(1);
    const entered: number[] = [];
    expect(() =>
      gate.enter(() => {
        throw new Error('broken');
      }),
    ).toThrow('broken');
    gate.leave();
    gate.enter(() => entered.push(1));
    expect(entered).toEqual([1]);
  });

  it('lets nobody in while it is drained, and tells when everybody has left', async () => {
    const gate = new AttemptGate(2);
    const entered: string[] = [];
    for (const name of ['a', 'b', 'c']) gate.enter(() => entered.push(name));
    let drained = false;
    const draining = gate.drain().then(() => (drained = true));
    gate.leave();
    await Promise.resolve();
    expect([entered, drained]).toEqual([['a', 'b'], false]);
    gate.leave();
    await draining;
    gate.enter(() => entered.push('d'));
    expect(entered).toEqual(['a', 'b']);
    await new AttemptGate(1).drain();
  });
});
