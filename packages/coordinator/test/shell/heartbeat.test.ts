import { describe, expect, it } from 'vitest';
import { setUp } from '../coordinator-setup.ts';
import { ok } from '../core-simulation.ts';
import { ScriptedExecutor } from '../scripted-executor.ts';

const text = `
  tasks: { a: { action: work, heartbeat: "{{ 30 }}" } }
  output: "{{ task.a.error | default(task.a.result) }}"
`;

describe('a heartbeat', () => {
  it('ends an attempt that has been silent for so long, and tells its action why', async () => {
    const executor = new ScriptedExecutor({ a: 'hold' });
    const { start, clock } = setUp({ executor });
    const runner = await start(text);
    const { support } = await executor.inFlight('a');
    clock.advanceBy(29_999);
    expect(support.signal.aborted).toBe(false);
    clock.advanceBy(1);
    expect(support.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(await runner.outcome()).toMatchObject({
      status: 'failed',
      output: { kind: 'timeout', code: 'HEARTBEAT_MISSED', retryable: true },
    });
  });

  it('lets an attempt that gives signs of life take any time, with one timer', async () => {
    const executor = new ScriptedExecutor({ a: 'hold' });
    const { start, clock } = setUp({ executor });
    const runner = await start(text);
    const { support } = await executor.inFlight('a');
    for (let second = 0; second < 600; second += 1) {
      clock.advanceBy(1000);
      support.heartbeat?.();
    }
    expect(support.signal.aborted).toBe(false);
    expect(clock.pending).toBe(1);
    await executor.answer('a', ok('done'));
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded', output: 'done' });
    expect(clock.pending).toBe(0);
  });
});
