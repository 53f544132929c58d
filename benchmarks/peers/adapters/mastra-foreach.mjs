// Mastra: a chain of steps, then `.foreach` over a list, without a store and with one.
import '../telemetry-off.mjs';
import { Mastra } from '@mastra/core';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { LibSQLStore } from '@mastra/libsql';
import { z } from 'zod';

export async function open(workload, { variant, folder }) {
  const storage =
    variant === 'libsql' ? new LibSQLStore({ id: 'benchmark', url: `file:${folder}/mastra.db` }) : undefined;
  const workflow = workflowOf(workload);
  const mastra = new Mastra({ workflows: { map: workflow }, logger: false, ...(storage && { storage }) });
  await storage?.init();
  return {
    async run() {
      const run = await mastra.getWorkflow('map').createRun();
      const { status, result, error } = await run.start({ inputData: {} });
      if (status !== 'success') throw error ?? new Error(`the run is ${status}`);
      return result;
    },
    close: () => mastra.shutdown(),
  };
}

function workflowOf({ tasks, values, concurrency, runTask, runItem }) {
  const any = z.any();
  const step = (id, execute) => createStep({ id, inputSchema: any, outputSchema: any, execute });
  const chain = Array.from({ length: tasks }, (_, index) => step(`task-${index}`, () => runTask(index)));
  const item = step('item', ({ inputData }) => runItem(inputData));
  const gather = step('gather', async ({ inputData, getStepResult }) => ({
    known: chain.map((task) => getStepResult(task).index),
    results: inputData,
  }));
  const start = createWorkflow({ id: 'map', inputSchema: any, outputSchema: any });
  return chain
    .reduce((workflow, task) => workflow.then(task), start)
    .map(async () => values)
    .foreach(item, { concurrency })
    .then(gather)
    .commit();
}
