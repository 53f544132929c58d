import { setTimeout as wait } from 'node:timers/promises';
import type { Action } from '../action.ts';
import { durationMs } from '../input/fields.ts';
import { readInput } from '../input/read-input.ts';

/** Timers of Node take no more than this; a longer delay would end at once. */
const timerMsMax = 2 ** 31 - 1;

/** Waits for `duration` and answers null. Recovered after a crash it starts anew; `delay` and `retry` of a task do not. */
export const sleep: Action<unknown, null> = async (input, { signal }) => {
  const { duration } = readInput(input, { duration: durationMs });
  for (let leftMs = duration; leftMs > 0; leftMs -= timerMsMax) {
    await wait(Math.min(leftMs, timerMsMax), undefined, { signal });
  }
  signal.throwIfAborted();
  return null;
};
