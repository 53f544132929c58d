import type { WorkflowDefinition } from '@weftline/graph';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomWorkflow } from '../../coordinator/test/random-workflow.ts';
import { createEngine } from '../src/create-engine.ts';
import type { ExecutionOutcome } from '../src/engine.ts';
import { simulate } from '../src/simulate/simulate.ts';
import { SIMULATION_ORDERS } from '../src/simulate/simulation-case.ts';

const stepsMax = 5_000;

/** What comes of a workflow whose actions all answer null. */
async function performed(definition: WorkflowDefinition): Promise<ExecutionOutcome> {
  const engine = createEngine({ actions: { work: () => null } });
  const outcome = await engine.start(definition).outcome();
  await engine.close();
  return outcome;
}

/**
 * The same tasks without what depends on time: delays, rates and retries, which cost nothing in a simulation, and lists that
 * end early and joins of some, of which it depends on the order what had begun, or arrived, by then; and without batches, whose
 * actions answer with lists.
 */
function timeless(definition: WorkflowDefinition): WorkflowDefinition {
  const tasks = Object.values(definition.tasks).map(
    ({ delayMs: _delay, retry: _retry, join, with: items, ...rest }) => {
      const task = join === 'all' ? { ...rest, join } : rest;
      if (items === undefined) return task;
      const { reduce: _reduce, onFailure: _onFailure, rate: _rate, batch: _batch, ...list } = items;
      return { ...task, with: list };
    },
  );
  return { ...definition, tasks: Object.fromEntries(tasks.map((task) => [task.name, task])) };
}

test('a workflow comes to the same whether it is simulated or performed', async () => {
  let succeeded = 0;
  const property = fc.asyncProperty(randomWorkflow.map(timeless), async (definition) => {
    const simulations = SIMULATION_ORDERS.map((order) => simulate(definition, { order }, { stepsMax }));
    // Loops whose branches multiply go on beyond any bound, which only a simulation has.
    fc.pre(!simulations.some(({ errors }) => errors.some(({ code }) => code === 'STEPS_EXCEEDED')));
    const outcome = await performed(definition);
    for (const simulated of simulations) {
      expect(simulated.status).toBe(outcome.status);
      // Which tasks still begin beside a failure is for the order to say.
      if (outcome.status !== 'succeeded') continue;
      expect(simulated.errors).toEqual([]);
      expect(simulated.output).toEqual(outcome.output);
      succeeded += 1;
    }
  });
  await fc.assert(property, { numRuns: 150, endOnFailure: true });
  expect(succeeded).toBeGreaterThan(20);
});
