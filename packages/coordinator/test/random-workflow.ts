import {
  COLLECT_MODES,
  FAILURE_MODES,
  validateDefinition,
  type JoinDefinition,
  type TaskDefinition,
  type TransitionDefinition,
  type WorkflowDefinition,
} from '@weftline/graph';
import fc from 'fast-check';

const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** What leads from one task to another; backwards only while the branch has gone back less than three times. */
interface Way {
  readonly targets: readonly number[];
  readonly when: string | undefined;
  readonly publish: readonly string[];
  readonly command: string | undefined;
}

const condition = fc.constantFrom(
  ...[undefined, undefined, undefined, 'succeeded()', 'failed()', 'completed()', 'n < 2', 'timed_out() or succeeded()'],
  ...['result() != 2', '1 / n > 0.5'],
);

const way: fc.Arbitrary<Way> = fc.record({
  targets: fc.uniqueArray(fc.nat({ max: names.length - 1 }), { maxLength: 2 }),
  when: condition,
  publish: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }),
  command: fc.option(fc.constantFrom('noop', 'noop', 'continue', 'fail', 'retry', 'retry'), {
    nil: undefined,
    freq: 8,
  }),
});

const retry = fc.record(
  {
    ...{ count: fc.nat({ max: 2 }), delayMs: fc.constantFrom(0, 1000), jitter: fc.constantFrom(0, 0.5) },
    ...{
      backoff: fc.constantFrom('constant', 'linear', 'exponential'),
      when: fc.constantFrom('failed()', 'attempt < 2'),
    },
  },
  { requiredKeys: ['count', 'delayMs', 'jitter', 'backoff'], noNullPrototype: true },
);

/** In the place of a list: the items come from a source. */
const fromSource = '{{ source }}';

const items = fc.record(
  {
    ...{ tolerate: fc.constantFrom<number | string>(0, 1, '50%', 'n'), onFailure: fc.constantFrom(...FAILURE_MODES) },
    ...{ continueWhen: fc.constantFrom("error().code == 'NO'", 'index == n'), failWhen: fc.constant('timed_out()') },
    ...{ collect: fc.constantFrom(...COLLECT_MODES) },
    batch: fc.constantFrom({ size: 2 }, { size: 3, waitMs: 500 }, { size: 'n + 1', bytesMax: 4 }),
    rate: fc.constantFrom({ limit: 1, perMs: 100 }, { limit: 'n + 2', perMs: 1000 }),
    items: fc.constantFrom<unknown>(
      [],
      [1],
      [1, 2, 3],
      ['{{ n }}', 0, null, 'x', 5],
      '{{ range(n + 2) }}',
      '{{ n }}',
      fromSource,
    ),
    ...{ concurrency: fc.constantFrom<number | string>(1, 2, 10, 'n + 1'), as: fc.constant('row') },
  },
  { requiredKeys: ['items', 'concurrency'], noNullPrototype: true },
);

const reduce = fc.constantFrom(
  { initial: 0, value: 'acc + result' },
  { initial: [], value: 'acc + [[index, result]]' },
  { initial: '{{ n }}', value: '1 / (acc - result)' },
);

/** A list that collects its results, or one that reduces them. */
const list = fc.tuple(items, fc.option(reduce, { nil: undefined, freq: 3 })).map(([{ collect, ...fields }, fold]) => ({
  ...fields,
  ...(fold !== undefined ? { reduce: fold } : collect !== undefined ? { collect } : {}),
}));

const task = fc.record(
  {
    ...{ action: fc.constant('work'), retry, delayMs: fc.constantFrom<number | string>(0, 2000, 'n') },
    ...{ list: fc.option(list, { nil: undefined, freq: 3 }), goesOn: fc.integer({ max: 4 }) },
    ...{ join: fc.constantFrom<JoinDefinition>('all', 'any', 1, 2), ways: fc.array(way, { maxLength: 3 }) },
    input: fc.constantFrom<unknown>({}, {}, { n: '{{ n }}', x: '{{ x }}' }, { half: '{{ 1 / n }}' }),
  },
  { requiredKeys: ['ways', 'input', 'list', 'goesOn'], noNullPrototype: true },
);

/** Small workflows with forks, joins, lists, retries, delays, cycles and failures of every kind; all of them valid. */
export const randomWorkflow: fc.Arbitrary<WorkflowDefinition> = fc
  .array(task, { minLength: 1, maxLength: names.length })
  .map((tasks): WorkflowDefinition => {
    const ways = tasks.map((each, at) => waysOf(each.ways, { at, size: tasks.length, goesOn: each.goesOn > 0 }));
    const definitions = tasks.map(({ list: over, action, input, join, retry: again, delayMs }, at): TaskDefinition => {
      const inbound = ways.filter((next) => next.some((each) => each.do.includes(nameAt(at)))).length;
      return {
        ...{ name: nameAt(at), input, next: ways[at] ?? [] },
        ...(over === undefined ? (action === undefined ? {} : { action }) : { with: over, action: 'work' }),
        ...(join === undefined || inbound === 0
          ? {}
          : { join: typeof join === 'number' ? Math.min(join, inbound) : join }),
        ...(again === undefined ? {} : { retry: again }),
        ...(delayMs === undefined ? {} : { delayMs }),
      };
    });
    return {
      ...{ format: 1, name: 'random', input: {}, vars: { n: 1, x: 0, y: 0, z: 0 } },
      tasks: Object.fromEntries(definitions.map((definition) => [definition.name, definition])),
      output: { n: '{{ n }}', all: '{{ vars }}', ran: '{{ task }}' },
    };
  })
  .filter((definition) => validateDefinition(definition).every(({ severity }) => severity !== 'error'));

function nameAt(place: number): string {
  return names[place] ?? 'a';
}

/** Ways ahead as they are; ways back, never to the first task, count the round and end after three. */
function waysOf(
  ways: readonly Way[],
  place: { readonly at: number; readonly size: number; readonly goesOn: boolean },
): TransitionDefinition[] {
  const { at, size, goesOn } = place;
  const onward = goesOn && at + 1 < size ? [{ publish: [], do: [nameAt(at + 1)] }] : [];
  return [...onward, ...ways.flatMap((way) => transitionsOf(way, at, size))];
}

function transitionsOf({ targets, when, publish, command }: Way, at: number, size: number): TransitionDefinition[] {
  const known = [...new Set(targets.map((target) => target % size))];
  const ahead = known.filter((target) => target > at).map(nameAt);
  const back = known.filter((target) => target <= at && target > 0).map(nameAt);
  const published = publish.map((name) => [name, `{{ [attempt, n, vars.${name}] | to_json | length }}`] as const);
  const commands = command === undefined ? [] : [command];
  const held = when === undefined ? 'true' : `(${when})`;
  return [
    { publish: published, do: [...ahead, ...commands], ...(when === undefined ? {} : { when }) },
    ...(back.length === 0 ? [] : [{ when: `${held} and n < 4`, publish: [['n', '{{ n + 1 }}'] as const], do: back }]),
  ];
}

/**
 * As `randomWorkflow`, with lists whose items begin as soon as there is room for them and all of which run: no sources, batches,
 * rates or lists that stop, under which an item may begin at another time when events are folded again; and no empty lists and
 * tolerated failures, for which taking back does not hold yet. Nothing outside the core can take anything back so far.
 */
export const randomSteadyWorkflow: fc.Arbitrary<WorkflowDefinition> = randomWorkflow.map((definition) => ({
  ...definition,
  tasks: Object.fromEntries(Object.entries(definition.tasks).map(([name, each]) => [name, withSteadyList(each)])),
}));

function withSteadyList(each: TaskDefinition): TaskDefinition {
  if (each.with === undefined) return each;
  const { items: over = [1, 2, 3], as = 'row', concurrency } = each.with;
  const items = Array.isArray(over) && over.length === 0 ? [1] : over;
  return { ...each, with: { items, as, concurrency, tolerate: 0 } };
}
