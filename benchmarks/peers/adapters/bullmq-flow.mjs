// BullMQ: earlier tasks as jobs one after another, the list as a flow whose parent gathers what its children answered.
import { FlowProducer, Queue, QueueEvents, Worker } from 'bullmq';

export async function open({ tasks, values, concurrency, runTask, runItem }, { redisPort }) {
  const connection = { host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null };
  const work = {
    task: (job) => runTask(job.data.index),
    item: async (job) => ({ index: job.data.index, result: await runItem(job.data.value) }),
  };
  const workers = [
    new Worker('work', (job) => work[job.name](job), { connection, concurrency }),
    new Worker('gather', gather, { connection }),
  ];
  const queue = new Queue('work', { connection });
  const workEvents = new QueueEvents('work', { connection });
  const gatherEvents = new QueueEvents('gather', { connection });
  const flows = new FlowProducer({ connection });
  const parts = [...workers, queue, workEvents, gatherEvents, flows];
  await Promise.all(parts.map((part) => part.waitUntilReady()));

  async function run() {
    const known = [];
    for (let index = 0; index < tasks; index += 1) {
      const job = await queue.add('task', { index });
      known.push(await job.waitUntilFinished(workEvents));
    }
    const children = values.map((value, index) => ({ name: 'item', queueName: 'work', data: { index, value } }));
    const { job } = await flows.add({ name: 'list', queueName: 'gather', data: {}, children });
    const results = await job.waitUntilFinished(gatherEvents);
    return { known: known.map(({ index }) => index), results };
  }
  return {
    run,
    async close() {
      await Promise.all(parts.map((part) => part.close()));
    },
  };
}

/** What children answered comes as a map in no order, so each answer carries its place. */
async function gather(job) {
  const answers = Object.values(await job.getChildrenValues());
  return answers.sort((a, b) => a.index - b.index).map(({ result }) => result);
}
