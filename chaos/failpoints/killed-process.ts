import pino from 'pino';
import { Agent } from 'undici';
import { connect } from '@/db/client';
import { transitionTask } from '@/domain/task-transition';
import { createCommitter } from '@/server/commands/commit-transition';
import { postgresCheckpoints } from '@/server/executor/checkpoints/postgres';
import { Executor } from '@/server/executor/executor';
import { MemoryQueue } from '@/server/executor/testing/memory-queue';
import { createSecretBox } from '@/server/security/secrets';
import { Points } from './points';

/** What the test tells the process, and what it hears from it. */
export type Told = { url: string; instances: Record<string, string>; dieAt: string | null } | 'look';
export type Heard = { reached: string } | 'news';

/** An executor that tells every point it reaches, and kills itself at the one it was given. */
process.on('message', (told: Told) => {
  if (told === 'look') void executor?.kick();
  else void start(told);
});

let executor: Executor | null = null;

async function start({ url, instances, dieAt }: Exclude<Told, 'look'>): Promise<void> {
  const points = new Points((point) => {
    if (point === dieAt) process.kill(process.pid, 'SIGKILL');
    tell({ reached: point });
  });
  const { db } = connect(url, 4);
  const checkpoints = postgresCheckpoints(db);
  const committer = createCommitter(db, ({ dropped, woken }) => {
    tell('news');
    void executor?.offer(woken);
    void checkpoints.drop(dropped);
  });
  executor = new Executor({
    url,
    db,
    committer: points.committer(committer),
    liveness: db,
    queue: new MemoryQueue(),
    slots: 10,
    layers: () => ({ environment: { healthIntervalSeconds: 0, healthAttempts: 3 } }),
    transition: transitionTask,
    checkpoints,
    http: points.http(new Agent(), instances),
    log: pino({ level: 'silent' }),
    secretsOf: async () => ({ named: {} }),
    secretBox: createSecretBox([Buffer.alloc(32, 7)]),
  });
  await executor.start();
}

function tell(heard: Heard): void {
  process.send?.(heard);
}
