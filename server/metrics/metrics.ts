import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '@/db/client';
import { readGauges } from '@/db/queries/gauges';
import type { EventKind } from '@/domain/events';
import type { TransitionInstrumentation } from '@/domain/task-transition';
import type { CommitListener } from '@/server/commands/commit-transition';

const COUNTED: Partial<Record<EventKind, { name: string; help: string }>> = {
  TaskCompleted: { name: 'task_completed', help: 'Tasks completed by this process, since it started' },
  TaskFailed: { name: 'task_failed', help: 'Tasks failed in this process, since it started' },
  TaskPaused: { name: 'task_paused', help: 'Tasks paused by this process, since it started' },
  TaskCancelled: { name: 'task_cancelled', help: 'Tasks cancelled by this process, since it started' },
  TaskRollingBack: { name: 'rollback_count', help: 'Rollbacks begun by this process, since it started' },
};

const DURATIONS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];

/**
 * What `/metrics` tells (Prometheus text). Counters and histograms are of what this process committed and did; gauges
 * are read from the rows when asked, so every node tells the same. No label names a tenant, a plan or a person: how many
 * series there are depends on the build alone.
 */
export function createMetrics(db: Database) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = <Label extends string = never>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers });
  const counter = <Label extends string = never>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    ...labelNames: Label[]
  ) => new Histogram({ name, help, buckets, labelNames, registers });

  const counters = new Map(
    Object.entries(COUNTED).map(([kind, { name, help }]) => [kind, counter(name, help)]),
  );
  const active = gauge('task_active', 'Tasks running or rolling back, on all nodes');
  const lag = gauge('heartbeat_lag', "Seconds since the oldest running task's heartbeat; 0 when none runs");
  const queue = gauge('queue_depth', 'Pending tasks of started plans');
  const waiting = gauge(
    'queue_waiting',
    'Pending tasks of started plans by what they wait for: plan (paused, halted, cancelled, or all execution stopped), tenant (another task has it), slot (their turn)',
    'reason',
  );
  const nodes = gauge('nodes_alive', 'Server processes that beat within the last 15 seconds');
  const executing = gauge('nodes_executing', 'Server processes alive that run tasks');
  const free = gauge('free_slots', 'Tasks that the executing processes could run besides those they do');
  const openDeliveries = gauge('webhook_deliveries_open', 'Notifications neither delivered nor given up');
  const stages = histogram(
    'stage_duration_seconds',
    'Seconds that finished stages took',
    [...DURATIONS, 1800],
    'direction',
  );
  const steps = histogram('step_duration_seconds', 'Seconds that steps took', DURATIONS, 'type', 'outcome');
  const commits = histogram(
    'commit_latency_seconds',
    'Seconds a state change took to be stored',
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
  );
  const deliveries = counter(
    'webhook_deliveries',
    'Attempts to deliver a notification by outcome: delivered, failed (tried again), gaveUp',
    'outcome',
  );
  const webhookLatency = histogram(
    'webhook_latency_seconds',
    'Seconds until a webhook answered, or the attempt ended without an answer',
    DURATIONS,
  );
  const refused = counter('commands_refused', 'Commands of operators that were refused, by reason', 'reason');
  const decided = counter(
    'task_transitions',
    'Decisions of the task machine in this process by input and outcome (granted, or the reason of the refusal); one that is not stored is decided again',
    'input',
    'outcome',
  );
  const transitions: TransitionInstrumentation = {
    afterTransition: (_context, input, outcome) =>
      decided.inc({ input: input.type, outcome: outcome.ok ? 'granted' : outcome.rejection.code }),
  };

  const committed: CommitListener = ({ plans, seconds }) => {
    commits.observe(seconds);
    for (const event of [...plans.values()].flat()) {
      counters.get(event.kind)?.inc();
      if (event.kind === 'StageSucceeded' || event.kind === 'StageRolledBack') {
        const direction = event.kind === 'StageSucceeded' ? 'forward' : 'rollback';
        stages.observe({ direction }, event.payload.durationMillis / 1000);
      }
    }
  };

  let reading: ReturnType<typeof readGauges> | null = null;
  return {
    committed,
    transitions,
    stepEnded: (type: string, ok: boolean, seconds: number) =>
      steps.observe({ type, outcome: ok ? 'succeeded' : 'failed' }, seconds),
    notified: (outcome: 'delivered' | 'failed' | 'gaveUp', seconds: number) => {
      deliveries.inc({ outcome });
      webhookLatency.observe(seconds);
    },
    refused: (reason: string) => refused.inc({ reason }),
    /** What `/metrics` tells, as values. */
    async read() {
      await readRows();
      return registry.getMetricsAsJSON();
    },
    async render(): Promise<{ contentType: string; body: string }> {
      await readRows();
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };

  async function readRows(): Promise<void> {
    // Whoever asks while the rows are read gets what they say: several scrapers cost the database no more than one.
    reading ??= readGauges(db).finally(() => {
      reading = null;
    });
    const now = await reading;
    active.set(now.active);
    lag.set(now.heartbeatLag);
    queue.set(now.waiting.plan + now.waiting.tenant + now.waiting.slot);
    for (const [reason, count] of Object.entries(now.waiting)) waiting.set({ reason }, count);
    nodes.set(now.nodes);
    executing.set(now.executing);
    free.set(now.freeSlots);
    openDeliveries.set(now.openDeliveries);
  }
}
