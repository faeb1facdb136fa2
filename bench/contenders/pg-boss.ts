import { PgBoss } from 'pg-boss';
import { type Contender, Countdown } from './contender';
import { OwnRows } from './own-rows';

const QUEUE = 'switch';

/** pg-boss `work()` with as many local workers as tasks may run, stages stored in own rows. */
export const pgBoss: Contender = async (url, work) => {
  const rows = new OwnRows(url, work);
  await rows.make(work);
  const boss = new PgBoss({ connectionString: url, max: work.connections, useListenNotify: true });
  await boss.start();
  await boss.createQueue(QUEUE, { notify: true, heartbeatSeconds: 10 });
  await boss.insert(
    QUEUE,
    Array.from({ length: work.tasks }, (_, index) => ({ data: { id: index + 1 } })),
  );
  const countdown = new Countdown(work.tasks);
  return {
    run: async () => {
      const options = {
        localConcurrency: work.concurrency,
        batchSize: 1,
        pollingIntervalSeconds: 0.5,
        notifyPollingIntervalSeconds: 0.5,
        heartbeatRefreshSeconds: 3,
      };
      await boss.work<{ id: number }>(QUEUE, options, async (jobs) => {
        for (const job of jobs) await rows.stages(job.data.id, work);
        for (const _ of jobs) countdown.one();
      });
      await countdown.done;
    },
    close: async () => {
      await boss.stop({ graceful: false });
      await rows.close();
    },
  };
};
