import type { Engine } from '@weftline/engine';

/** Letting go of executions and of the store takes moments; a medium that hangs must not keep the process for ever. */
const CLOSE_MS_MAX = 5_000;

/** Closes the engine, or goes on without when that takes too long: whatever was acknowledged is durable by then. */
export async function closeInTime(engine: Pick<Engine, 'close'>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS_MAX)));
  try {
    await Promise.race([engine.close(), late]);
  } finally {
    clearTimeout(timer);
  }
}
