const patienceMs = 5000;

/** Waits, turn by turn of the event loop and then by the millisecond, until the condition holds. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const untilMs = Date.now() + patienceMs;
  for (let turn = 0; !condition(); turn += 1) {
    if (Date.now() > untilMs) throw new Error(`still waiting after ${patienceMs} ms: ${what}`);
    await (turn < 100 ? turnOfLoop() : pause(1));
  }
}

/** Gives whatever must not happen the time to happen. */
export async function nothingMore(settleMs: number): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await turnOfLoop();
  await pause(settleMs);
}

function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
