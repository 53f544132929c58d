// DBOS with a step for each item: its cheap form, since a child workflow or a queued one writes more rows.
import { DBOS } from '@dbos-inc/dbos-sdk';
import pLimit from 'p-limit';

export async function open({ tasks, values, concurrency, runTask, runItem }, { postgresUrl }) {
  DBOS.setConfig({
    name: 'weftline-benchmark',
    systemDatabaseUrl: postgresUrl,
    systemDatabasePoolSize: 20,
    logLevel: 'error',
    enableOTLP: false,
  });
  const map = DBOS.registerWorkflow(
    async () => {
      const known = [];
      for (let index = 0; index < tasks; index += 1)
        known.push(await DBOS.runStep(() => runTask(index), { name: 'task' }));
      // Steps are numbered as they are called, and p-limit calls in order: the numbering is the same on every replay.
      const limit = pLimit(concurrency);
      const step = (value) => limit(() => DBOS.runStep(() => runItem(value), { name: 'item' }));
      const results = await Promise.all(values.map(step));
      return { known: known.map(({ index }) => index), results };
    },
    { name: 'map' },
  );
  await DBOS.launch();
  return { run: () => map(), close: () => DBOS.shutdown() };
}
