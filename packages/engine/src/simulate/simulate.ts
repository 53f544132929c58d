import { checkInput, type WorkflowDefinition } from '@weftline/graph';
import { EngineError } from '../errors.ts';
import { checkCase } from './check-case.ts';
import { MockAnswers } from './mock-answers.ts';
import type { SimulationCase } from './simulation-case.ts';
import { maskedSecrets, simulationProgram } from './simulation-program.ts';
import type { SimulationResult } from './simulation-result.ts';
import { Simulation } from './simulation.ts';

export interface SimulateOptions {
  /** Completions (of attempts or their batches, and of lists that are empty or cannot be made) after which it is broken off. Default 100,000. */
  readonly stepsMax?: number;
}

const defaultStepsMax = 100_000;

/**
 * Runs a workflow to its end without performing its actions: mocks answer in their place. Nothing is read, written or
 * waited for. Time begins with 1970; delays, back-offs and rates let it pass at once. The same case gives the same result.
 * Secrets are `***`.
 *
 * A workflow that goes on after `stepsMax` steps ends as failed, with the error STEPS_EXCEEDED. Throws EngineError with
 * CASE_INVALID (issues at paths such as `mocks[0].task`) or INPUT_INVALID (issues at paths such as `inputs.limit`).
 */
export function simulate(
  definition: WorkflowDefinition,
  given: SimulationCase = {},
  { stepsMax = defaultStepsMax }: SimulateOptions = {},
): SimulationResult {
  refuse('CASE_INVALID', checkCase(given, definition));
  const { inputs = {}, context = {}, env = {}, mocks = [], order = 'wave' } = given;
  const input = checkInput(definition, inputs);
  const inputIssues = input.issues.map(({ path, message }) => ({ path: path.replace(/^input/, 'inputs'), message }));
  refuse('INPUT_INVALID', inputIssues);
  const program = simulationProgram(definition, context);
  const secrets = maskedSecrets(program);
  const answers = new MockAnswers(mocks);
  const simulation = new Simulation({ program, input: input.value, env, secrets, answers, stepsMax });
  return order === 'wave' ? simulation.runInWaves() : simulation.runEagerly();
}

function refuse(
  code: 'CASE_INVALID' | 'INPUT_INVALID',
  issues: readonly { readonly path: string; readonly message: string }[],
): void {
  if (issues.length === 0) return;
  const message = issues.map(({ path, message: text }) => (path === '' ? text : `${path}: ${text}`)).join('\n');
  throw new EngineError(message, { code, issues });
}
