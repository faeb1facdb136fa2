import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosDatabase } from '../nodes/database';
import type { Random } from '../random';
import type { Console } from './console';

export interface Seen {
  planId: string;
  planStatus: string;
  intent: string;
  halted: boolean;
  taskId: string;
  status: string;
}

type Click = { procedure: string; input: object };

/** How often each kind of click is made, in relation to the others. */
export type Clicks = readonly [weight: number, (seen: Seen, random: Random) => Click | null][];

export const CLICKS: Clicks = [
  [10, ({ taskId }) => ({ procedure: 'tasks.pause', input: { taskId } })],
  [12, ({ taskId }) => ({ procedure: 'tasks.resume', input: { taskId } })],
  [4, ({ taskId }) => ({ procedure: 'tasks.cancel', input: { taskId, reason: 'Not today' } })],
  [
    12,
    ({ taskId }, random) => ({
      procedure: 'tasks.retry',
      input: { taskId, reason: 'Once more', fromCheckpoint: random.chance(0.7) },
    }),
  ],
  [6, ({ taskId }) => ({ procedure: 'tasks.rollback', input: { taskId, reason: 'Back again' } })],
  [4, ({ taskId }) => ({ procedure: 'tasks.withdraw', input: { taskId } })],
  [
    6,
    ({ taskId, status }, random) =>
      status === 'FAILED'
        ? {
            procedure: 'tasks.resolve',
            input: {
              taskId,
              reason: 'Looked at it',
              resolution: random.pick(['applied', 'resend', 'override']),
            },
          }
        : null,
  ],
  [
    6,
    ({ planId }, random) => ({
      procedure: 'plans.setConcurrency',
      input: { planId, maxConcurrency: random.whole(1, 25) },
    }),
  ],
  [3, ({ planId }) => ({ procedure: 'plans.pause', input: { planId } })],
  [8, ({ planId, intent }) => (intent === 'pause' ? { procedure: 'plans.resume', input: { planId } } : null)],
  [6, ({ planId, halted }) => (halted ? { procedure: 'plans.continue', input: { planId } } : null)],
  [0.4, ({ planId }) => ({ procedure: 'plans.cancel', input: { planId, reason: 'Called off' } })],
  [0.5, ({ planId }) => ({ procedure: 'plans.rollback', input: { planId, reason: 'All back' } })],
  [1, ({ planId }) => ({ procedure: 'plans.retryFailed', input: { planId } })],
  [
    2,
    ({ planId }, random) => ({
      procedure: 'tasks.bulk',
      input: {
        planId,
        action: random.pick(['pause', 'resume', 'resume', 'retry']),
        filter: { q: `t${random.whole(1, 9)}` },
        reason: 'Many at once',
      },
    }),
  ],
];

/** People who press buttons at random, on whichever node answers. */
export class Operators {
  readonly counts = { done: 0, refused: 0, lost: 0 };

  constructor(
    private readonly console_: Console,
    private readonly database: ChaosDatabase,
    private readonly random: Random,
    private readonly clicks: Clicks = CLICKS,
  ) {}

  /** Clicks about `perSecond` times a second until `over`. */
  async run(perSecond: number, over: () => boolean): Promise<void> {
    while (!over()) {
      await delay(this.random.between(0, 2000 / perSecond));
      const seen = await this.#look();
      const click = seen && this.#choose(seen);
      if (!click) continue;
      const requestId = randomUUID();
      const told = await this.console_.tell(click.procedure, click.input, requestId);
      this.counts[told.kind] += 1;
      // Whoever gets no answer presses again; the same request must then be harmless.
      if (told.kind === 'lost' && this.random.chance(0.7))
        this.counts[(await this.console_.tell(click.procedure, click.input, requestId)).kind] += 1;
    }
  }

  /** A random task, most likely of a plan under way. */
  async #look(): Promise<Seen | null> {
    const open = this.random.chance(0.85);
    const rows = await this.database.patiently(
      ({ sql }) => sql<Seen[]>`
        select p.plan_id as "planId", p.status as "planStatus", p.intent, p.halted is not null as halted,
          t.task_id as "taskId", t.status
        from task t join plan p using (plan_id)
        where (p.status in ('RUNNING', 'PAUSED', 'ROLLING_BACK')) = ${open} and t.status <> 'PENDING' limit 2000`,
      2000,
    );
    return rows ? (this.random.pick(rows) ?? null) : null;
  }

  #choose(seen: Seen): Click | null {
    const total = this.clicks.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.random.between(0, total);
    for (const [weight, make] of this.clicks) {
      left -= weight;
      if (left < 0) return make(seen, this.random);
    }
    return null;
  }
}
