import { DBOS } from '@dbos-inc/dbos-sdk';
import { type Contender, Countdown, type Prepared, type Work } from './contender';
import { OwnRows } from './own-rows';

const QUEUE = 'switch';

/** DBOS keeps the checkpoints: every stage is a step whose result it stores. */
export const dbosSteps: Contender = (url, work) =>
  prepare(url, work, async () => {
    for (let stage = 1; stage <= work.stages; stage += 1)
      await DBOS.runStep(async () => ({ stage, left: 'for later stages' }), { name: `stage ${stage}` });
  });

/** DBOS delivers and recovers the workflow; the stages are stored in own rows. */
export const dbosRows: Contender = async (url, work) => {
  const rows = new OwnRows(url, work);
  await rows.make(work);
  const prepared = await prepare(url, work, (id) => rows.stages(id, work));
  return {
    run: prepared.run,
    close: async () => {
      await prepared.close();
      await rows.close();
    },
  };
};

async function prepare(url: string, work: Work, stages: (id: number) => Promise<void>): Promise<Prepared> {
  const countdown = new Countdown(work.tasks);
  const workflow = DBOS.registerWorkflow(
    async (id: number) => {
      await stages(id);
      countdown.one();
    },
    { name: 'switch' },
  );
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: url,
    systemDatabasePoolSize: work.connections,
    logLevel: 'error',
  });
  await DBOS.launch();
  // Held back until the clock runs: a queue that lets nothing pass.
  const queue = await DBOS.registerQueue(QUEUE, { workerConcurrency: 0, minPollingIntervalMs: 10 });
  const ids = Array.from({ length: work.tasks }, (_, index) => index + 1);
  await Promise.all(ids.map((id) => DBOS.startWorkflow(workflow, { queueName: QUEUE })(id)));
  return {
    run: async () => {
      await queue.setWorkerConcurrency(work.concurrency);
      await countdown.done;
    },
    close: () => DBOS.shutdown(),
  };
}
