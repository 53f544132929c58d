import type { CompiledItems } from './compile-items.ts';
import type { Draft } from './draft.ts';
import { measureCount, measureDuration, measureTolerance, type Measured } from './quantity.ts';
import type { AttemptScope } from './scope.ts';
import type { ItemsState } from './state.ts';

/** What holds for a list as a whole, known when it is opened. */
export type ListBounds = Pick<ItemsState, 'concurrency' | 'tolerated' | 'batch' | 'rate'>;

interface Place {
  readonly scope: AttemptScope;
  readonly task: string;
}

export function measureBounds(draft: Draft, compiled: CompiledItems, place: Place): Measured<ListBounds> {
  const { scope, task } = place;
  const where = (key: string): string => `with.${key} of task "${task}"`;
  const width = measureCount(compiled.concurrency, scope, { where: where('concurrency'), minimum: 1 });
  if (!width.ok) return width;
  const tolerated = measureTolerance(compiled.tolerate, scope, where('tolerate'));
  if (!tolerated.ok) return tolerated;
  const batch = measureBatch(compiled, place);
  if (!batch.ok) return batch;
  const rate = measureRate(compiled, place);
  if (!rate.ok) return rate;
  const concurrency = Object.hasOwn(draft.concurrency, task) ? draft.concurrency[task] : undefined;
  const bounds = { tolerated: tolerated.value, batch: batch.value, rate: rate.value };
  return { ok: true, value: { ...bounds, concurrency: concurrency ?? width.value } };
}

function measureBatch({ batch }: CompiledItems, { scope, task }: Place): Measured<ListBounds['batch']> {
  if (batch === undefined) return { ok: true, value: undefined };
  const size = measureCount(batch.size, scope, { where: `with.batch.size of task "${task}"`, minimum: 1 });
  if (!size.ok) return size;
  const bytes = measureCount(batch.bytes, scope, { where: `with.batch.bytes of task "${task}"`, minimum: 0 });
  if (!bytes.ok) return bytes;
  const wait = measureDuration(batch.wait, scope, `with.batch.wait of task "${task}"`);
  if (!wait.ok) return wait;
  return { ok: true, value: { size: size.value, bytesMax: bytes.value, waitMs: wait.value, dueAtMs: 0 } };
}

function measureRate({ rate }: CompiledItems, { scope, task }: Place): Measured<ListBounds['rate']> {
  if (rate === undefined) return { ok: true, value: undefined };
  const limit = measureCount(rate.limit, scope, { where: `with.rate.limit of task "${task}"`, minimum: 1 });
  if (!limit.ok) return limit;
  const per = measureDuration(rate.per, scope, `with.rate.per of task "${task}"`);
  if (!per.ok) return per;
  return { ok: true, value: { limit: limit.value, perMs: per.value, dueAtMs: 0 } };
}
