import { describe, expect, it } from 'vitest';
import { AttemptGate } from './attempt-gate.ts';

const x = { execution: 'x', priority: 1 };

describe('the attempt gate', () => {
  it('lets as many in as it has places, the others when one leaves, in line', () => {
    const gate = new AttemptGate(2);
    const entered: number[] = [];
    for (let each = 0; each < 5; each += 1) gate.enter(x, () => entered.push(each));
    expect(entered).toEqual([0, 1]);
    gate.leave();
    expect(entered).toEqual([0, 1, 2]);
    gate.leave();
    gate.leave();
    expect(entered).toEqual([0, 1, 2, 3, 4]);
    gate.leave();
    gate.leave();
    gate.enter(x, () => entered.push(5));
    expect(entered.at(-1)).toBe(5);
  });

  it('lets any number through that leave at once, without growing the stack', () => {
    const gate = new AttemptGate(1);
    let passed = 0;
    gate.enter(x, () => undefined);
    for (let each = 0; each < 100_000; each += 1) {
      gate.enter(x, () => {
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
    gate.enter(x, () => entered.push('first'));
    gate.enter(x, () => {
      entered.push('second');
      gate.enter(x, () => entered.push('fourth'));
      gate.leave();
    });
    gate.enter(x, () => {
      entered.push('third');
      gate.leave();
    });
    gate.leave();
    expect(entered).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('lets executions take turns, however many of one wait', () => {
    const gate = new AttemptGate(1);
    const entered: string[] = [];
    const enter = (execution: string, name: string, priority = 1): void =>
      gate.enter({ execution, priority }, () => void entered.push(name));
    for (let each = 0; each < 1000; each += 1) enter('large', `large ${each}`);
    for (let each = 0; each < 3; each += 1) enter('small', `small ${each}`);
    enter('single', 'single');
    for (let each = 0; each < 8; each += 1) gate.leave();
    expect(entered).toEqual([
      ...['large 0', 'large 1', 'small 0', 'single', 'large 2', 'small 1', 'large 3', 'small 2', 'large 4'],
    ]);
  });

  it('lets an execution begin as many in its turn as it has priority', () => {
    const gate = new AttemptGate(1);
    const entered: string[] = [];
    const enter = (execution: string, priority: number): void =>
      gate.enter({ execution, priority }, () => void entered.push(execution));
    enter('first', 1);
    for (let each = 0; each < 4; each += 1) enter('low', 1);
    for (let each = 0; each < 5; each += 1) enter('high', 3);
    for (let each = 0; each < 9; each += 1) gate.leave();
    expect(entered.slice(1)).toEqual(['low', 'high', 'high', 'high', 'low', 'high', 'high', 'low', 'low']);
  });

  it('goes on after somebody who was let in has thrown', () => {
    const gate = new AttemptGate(1);
    const entered: number[] = [];
    expect(() =>
      gate.enter(x, () => {
        throw new Error('broken');
      }),
    ).toThrow('broken');
    gate.leave();
    gate.enter(x, () => entered.push(1));
    expect(entered).toEqual([1]);
  });

  it('lets nobody in while it is drained, and tells when everybody has left', async () => {
    const gate = new AttemptGate(2);
    const entered: string[] = [];
    for (const name of ['a', 'b', 'c']) gate.enter(x, () => entered.push(name));
    let drained = false;
    const draining = gate.drain().then(() => (drained = true));
    gate.leave();
    await Promise.resolve();
    expect([entered, drained]).toEqual([['a', 'b'], false]);
    gate.leave();
    await draining;
    gate.enter(x, () => entered.push('d'));
    expect(entered).toEqual(['a', 'b']);
    await new AttemptGate(1).drain();
  });
});
