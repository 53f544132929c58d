import { readWorkflow } from '@weftline/graph';
import { createEngine, type EngineOptions, type ExecutionOutcome } from '../src/index.ts';

/** What an action was called with. */
export interface Call {
  readonly [name: string]: unknown;
}

export interface Run extends ExecutionOutcome {
  /** The inputs of all calls, in order. */
  readonly calls: readonly Call[];
}

export interface RunOptions {
  /** What the action `call` answers; default null. */
  readonly answer?: (input: Call) => unknown;
  readonly input?: Readonly<Record<string, unknown>>;
  /** Beside `call`. */
  readonly actions?: NonNullable<EngineOptions['actions']>;
}

/** Runs a workflow, in whichever language it is written, whose tasks all run the action `call`. */
export async function run(
  text: string,
  { answer = () => null, input = {}, actions = {} }: RunOptions = {},
): Promise<Run> {
  const { definition, issues } = readWorkflow(text, { file: 'test.yaml' });
  if (definition === undefined)
    throw new Error(issues.map(({ message, line }) => `${line ?? 0}: ${message}`).join('\n'));
  const calls: Call[] = [];
  const call = (given: Call): unknown => {
    calls.push(given);
    return answer(given);
  };
  const engine = createEngine({ actions: { ...actions, call } });
  try {
    return { ...(await engine.start(definition, { input }).outcome()), calls };
  } finally {
    await engine.close();
  }
}

/** Fails those calls whose member `at` is one of these, and answers that member for the others. */
export function failing(...names: readonly string[]): (input: Call) => unknown {
  return ({ at }) => {
    if (typeof at === 'string' && names.includes(at)) throw new Error(`${at} fails`);
    return at;
  };
}

/** The member `at` of each call. */
export function places({ calls }: Run): readonly unknown[] {
  return calls.map(({ at }) => at);
}
