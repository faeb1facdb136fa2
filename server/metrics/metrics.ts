import { sql } from 'drizzle-orm';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '@/db/client';
import type { CommitListener } from '@/server/commands/commit-transition';
import type { EventKind } from '@/server/domain/events';

const COUNTED: Partial<Record<EventKind, { name: string; help: string }>> = {
  TaskCompleted: { name: 'task_completed', help: 'Tasks completed' },
  TaskFailed: { name: 'task_failed', help: 'Tasks failed' },
  TaskPaused: { name: 'task_paused', help: 'Tasks paused' },
  TaskCancelled: { name: 'task_cancelled', help: 'Tasks cancelled' },
  TaskRollingBack: { name: 'rollback_count', help: 'Rollbacks begun' },
};

/**
 * What `/metrics` tells (Prometheus text). Counters count what this process committed; gauges are read from the rows
 * when asked, so every node tells the same.
 */
export function createMetrics(db: Database) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counters = new Map(
    Object.entries(COUNTED).map(([kind, { name, help }]) => [kind, new Counter({ name, help, registers })]),
  );
  const active = new Gauge({ name: 'task_active', help: 'Tasks running or rolling back', registers });
  const lag = new Gauge({
    name: 'heartbeat_lag',
    help: "Seconds since the oldest running task's heartbeat",
    registers,
  });
  const queue = new Gauge({ name: 'queue_depth', help: 'Pending tasks of started plans', registers });
  const stages = new Histogram({
    name: 'stage_duration_seconds',
    help: 'Duration of finished stages',
    labelNames: ['direction'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800],
    registers,
  });
  const steps = new Histogram({
    name: 'step_duration_seconds',
    help: 'Duration of finished steps',
    labelNames: ['type', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
    registers,
  });
  const commits = new Histogram({
    name: 'commit_latency_seconds',
    help: 'Time a state change took to be stored',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
    registers,
  });

  const committed: CommitListener = ({ events, seconds }) => {
    commits.observe(seconds);
    for (const event of events) {
      counters.get(event.kind)?.inc();
      if (event.kind === 'StageSucceeded' || event.kind === 'StageRolledBack') {
        const direction = event.kind === 'StageSucceeded' ? 'forward' : 'rollback';
        stages.observe({ direction }, event.payload.durationMillis / 1000);
      }
    }
  };

  return {
    committed,
    stepEnded: (type: string, ok: boolean, seconds: number) =>
      steps.observe({ type, outcome: ok ? 'succeeded' : 'failed' }, seconds),
    async render(): Promise<{ contentType: string; body: string }> {
      const [row] = await db.execute<{ active: number; lag: number; queue: number }>(sql`
        select (select count(*)::int from task where status in ('RUNNING', 'ROLLING_BACK')) as active,
          coalesce((select extract(epoch from clock_timestamp() - min(heartbeat_at))::float8 from task where status in ('RUNNING', 'ROLLING_BACK')), 0) as lag,
          (select count(*)::int from task t join plan p on p.plan_id = t.plan_id
           where t.status = 'PENDING' and p.status in ('RUNNING', 'PAUSED', 'ROLLING_BACK')) as queue`);
      active.set(row?.active ?? 0);
      lag.set(row?.lag ?? 0);
      queue.set(row?.queue ?? 0);
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
