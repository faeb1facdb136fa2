import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import { removeOldDeliveries, removeOldEvents } from '@/db/queries/retention';
import type { JobKind } from './jobs';

/** At once; each batch is a statement of its own, so that nothing else waits long. */
const BATCH = 5000;

/** Every night: what ended longer ago than `days` keeps its summary, tasks, snapshots and audit, and loses its events. */
export function retentionJob(deps: {
  db: Database;
  log: Logger;
  days: number;
  batch?: number;
}): JobKind<object> {
  return {
    queue: 'retention',
    concurrency: 1,
    expireInSeconds: 60 * 60,
    cron: '17 3 * * *',
    run: async (_data, signal) => {
      let events = 0;
      while (!signal.aborted) {
        const removed = await removeOldEvents(deps.db, deps.days, deps.batch ?? BATCH);
        if (removed === null) break;
        events += removed;
      }
      const deliveries = await removeOldDeliveries(deps.db, deps.days);
      if (events + deliveries > 0)
        deps.log.info(
          { events, deliveries, days: deps.days },
          'Removed what is older than the retention allows',
        );
    },
  };
}
