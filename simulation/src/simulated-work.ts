import type { AttemptOutcome, AttemptRequest, AttemptSupport, TaskExecutor } from '@weftline/coordinator';
import type { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

/** What an attempt comes to depends on the work and the number of the attempt alone, so that its result can be known beforehand. */
export function expectedOutcome(idempotencyKey: string, attempt: number): AttemptOutcome {
  const draw = fractionOf(`${idempotencyKey}#${attempt}`);
  if (draw < 0.75) return { ok: true, result: { of: idempotencyKey } };
  const retryable = draw < 0.95;
  return { ok: false, failure: { kind: 'application', code: 'NOT_TODAY', message: 'not today', retryable } };
}

/** Performs attempts in simulated time; one that is told to stop may or may not heed it. */
export function simulatedWork(world: World, process: SimulatedProcess, onCall: (key: string) => void): TaskExecutor {
  return {
    knows: () => true,
    suggest: () => undefined,
    execute(request: AttemptRequest, support: AttemptSupport): AttemptOutcome | Promise<AttemptOutcome> {
      onCall(request.idempotencyKey);
      const outcome = expectedOutcome(request.idempotencyKey, request.attempt);
      if (world.random.chance(0.2)) return outcome;
      return new Promise((resolve) => {
        const delayMs = world.random.chance(0.05) ? world.random.integer(500, 5_000) : world.random.integer(0, 60);
        process.schedule(delayMs, () => resolve(outcome));
        if (world.random.chance(0.5)) return;
        support.signal.addEventListener('abort', () =>
          resolve({ ok: false, failure: { kind: 'canceled', message: 'told to stop', retryable: false } }),
        );
      });
    },
  };
}

/** FNV-1a over UTF-16 units, mixed and scaled to [0, 1). */
function fractionOf(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c_1b_3c_6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x29_7a_2d_39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}
