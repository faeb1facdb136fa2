import pino from 'pino';
import { Agent } from 'undici';
import { connect } from '@/db/client';
import { transitionTask } from '@/domain/task-transition';
import { createCommitter } from '@/server/commands/commit-transition';
import { createSecretBox } from '@/server/security/secrets';
import { postgresCheckpoints } from '../checkpoints/postgres';
import { Executor } from '../executor';
import { MemoryQueue } from './memory-queue';

/** An executor in a process of its own, for tests that kill it. Needs DATABASE_URL. */
const url = process.env.DATABASE_URL;
if (!url) throw new Error('DATABASE_URL is missing');
const { db } = connect(url);
const executor: Executor = new Executor({
  url,
  db,
  committer: createCommitter(db, ({ woken, plans }) => {
    void executor.offer(woken);
    void executor.kick([...plans.keys()]);
  }),
  liveness: db,
  queue: new MemoryQueue(),
  slots: 100,
  layers: () => ({ environment: { healthIntervalSeconds: 0, healthAttempts: 3 } }),
  transition: transitionTask,
  checkpoints: postgresCheckpoints(db),
  http: new Agent(),
  log: pino({ level: 'silent' }),
  secretsOf: async () => ({ named: {} }),
  secretBox: createSecretBox([Buffer.alloc(32, 7)]),
});
await executor.start();
