import {
  validateDefinition,
  type TaskDefinition,
  type TransitionDefinition,
  type WorkflowDefinition,
} from '@weftline/graph';
import type { SeededRandom } from './seeded-random.ts';

/**
 * A small workflow over lists, drawn from the seed: a chain of tasks with forks and joins, retries, delays and time-outs, whose
 * output shows every result.
 */
export function randomDefinition(random: SeededRandom): WorkflowDefinition {
  const count = random.integer(1, 5);
  const names = Array.from({ length: count }, (_, place) => `t${place}`);
  const tasks = names.map((name, place) => randomTask(random, name, names.slice(place + 1)));
  const joined = tasks.map((task) => withJoin(random, task, tasks));
  const definition: WorkflowDefinition = {
    ...{ format: 1, name: 'simulated', input: {}, vars: {} },
    tasks: Object.fromEntries(joined.map((task) => [task.name, task])),
    output: '{{ task }}',
  };
  const [issue] = validateDefinition(definition).filter(({ severity }) => severity === 'error');
  if (issue !== undefined) throw new Error(`the generator made a workflow that is not valid: ${issue.message}`);
  return definition;
}

function randomTask(random: SeededRandom, name: string, later: readonly string[]): TaskDefinition {
  const isList = random.chance(0.7);
  return {
    ...{ name, action: 'work', input: {}, next: transitions(random, later) },
    ...(isList ? { with: { items: list(random), concurrency: random.integer(1, 8) } } : {}),
    ...(random.chance(0.6) ? { retry: retry(random) } : {}),
    ...(random.chance(0.2) ? { delayMs: random.integer(0, 5_000) } : {}),
    ...(random.chance(0.2) ? { timeoutMs: random.integer(200, 2_000) } : {}),
  };
}

function list(random: SeededRandom): readonly number[] {
  const length = random.chance(0.1) ? 0 : random.integer(1, 25);
  return Array.from({ length }, (_, index) => index * 10);
}

function retry(random: SeededRandom): NonNullable<TaskDefinition['retry']> {
  return {
    ...{ count: random.integer(1, 4), delayMs: random.integer(0, 2_000), jitter: random.chance(0.5) ? 0.5 : 0 },
    backoff: random.pick(['constant', 'linear', 'exponential']),
    maxDelayMs: 10_000,
  };
}

/** On to the next task whatever the status; now and then also to a later one, so that branches run beside each other. */
function transitions(random: SeededRandom, later: readonly string[]): readonly TransitionDefinition[] {
  const [next, ...others] = later;
  if (next === undefined) return [];
  const second = others[random.integer(0, Math.max(0, others.length - 1))];
  const targets = second !== undefined && random.chance(0.4) ? [next, second] : [next];
  return [{ publish: [], do: targets }];
}

/** A task that several lead to joins them, mostly; without a join it runs once per arrival. */
function withJoin(random: SeededRandom, task: TaskDefinition, tasks: readonly TaskDefinition[]): TaskDefinition {
  const inbound = tasks.filter(({ next }) => next.some((transition) => transition.do.includes(task.name)));
  return inbound.length > 1 && random.chance(0.8) ? { ...task, join: 'all' } : task;
}
