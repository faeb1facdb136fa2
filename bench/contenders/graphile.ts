import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { type Contender, Countdown } from './contender';
import { OwnRows } from './own-rows';

/** graphile-worker with its local queue and batched completion, stages stored in own rows. */
export const graphile: Contender = async (url, work) => {
  const rows = new OwnRows(url, work);
  await rows.make(work);
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ connectionString: url, logger });
  await utils.migrate();
  await utils.addJobs(
    Array.from({ length: work.tasks }, (_, index) => ({ identifier: 'switch', payload: { id: index + 1 } })),
  );
  await utils.release();
  const countdown = new Countdown(work.tasks);
  return {
    run: async () => {
      const runner = await run({
        logger,
        noHandleSignals: true,
        taskList: {
          switch: async (payload) => {
            await rows.stages((payload as { id: number }).id, work);
            countdown.one();
          },
        },
        preset: {
          worker: {
            connectionString: url,
            concurrentJobs: work.concurrency,
            maxPoolSize: work.connections,
            localQueue: { size: work.concurrency + 1 },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
      });
      await countdown.done;
      await runner.stop();
    },
    close: () => rows.close(),
  };
};
