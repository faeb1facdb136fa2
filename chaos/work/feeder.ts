import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosDatabase } from '../nodes/database';
import type { Random } from '../random';
import type { Console } from './console';
import { PLAYBOOKS, tenantIds, UNIT, writeVersion } from './fleet-plan';

const LOOK_MS = 500;

export interface FeederOptions {
  tenants: number;
  /** Tasks of one plan. */
  planSize: number;
  /** There is always so much waiting while more is wanted. */
  backlog: number;
  /** At least so many tasks are made. */
  tasks: number;
}

/** Makes and starts plan after plan, over tenants that overlap, so that there is work as long as there are faults. */
export class Feeder {
  created = 0;
  readonly plans: string[] = [];

  constructor(
    private readonly console_: Console,
    private readonly database: ChaosDatabase,
    private readonly random: Random,
    private readonly options: FeederOptions,
  ) {}

  /** Feeds until `over` says so and there are as many tasks as asked for. */
  async run(over: () => boolean): Promise<void> {
    const { tasks, backlog } = this.options;
    while (!over() || this.created < tasks) {
      const hungry = (await this.#waiting()) < backlog;
      if (hungry || over()) await this.#makePlan();
      else await delay(LOOK_MS);
    }
  }

  async #waiting(): Promise<number> {
    const rows = await this.database.patiently(
      ({ sql }) => sql<{ count: number }[]>`select count(*)::int as count from task where status = 'PENDING'`,
    );
    return rows?.[0]?.count ?? this.options.backlog;
  }

  async #makePlan(): Promise<void> {
    const { random } = this;
    const number = this.plans.length + 1;
    const version = `v${number}`;
    await writeVersion(this.console_, version);
    const chosen = random.shuffled(tenantIds(this.options.tenants)).slice(0, this.options.planSize);
    const { planId } = await this.console_.insist<{ planId: string }>('plans.create', 'mutation', {
      name: `Switch to ${version}`,
      tenantIds: chosen,
      unitId: UNIT,
      version,
      playbookId: random.chance(0.6) ? 'patient' : Object.keys(PLAYBOOKS)[0],
      maxConcurrency: random.chance(0.1) ? 1 : random.whole(6, 20),
      settings: this.#settings(),
      // A tenant that somebody is putting on the same version is left out, not in the way.
      leaveOutInvalid: true,
    });
    await this.console_.insist('plans.start', 'mutation', { planId });
    this.plans.push(planId);
    this.created += chosen.length;
  }

  #settings() {
    const { random } = this;
    return {
      maxRetry: random.whole(1, 5),
      healthIntervalSeconds: 0.4,
      healthAttempts: 6,
      driftGuard: random.chance(0.3),
      ...(random.chance(0.25) ? { thresholds: { failedPercent: 30 } } : {}),
      ...(random.chance(0.25) ? { waves: [{ size: { count: 5 }, bakeSeconds: 2 }] } : {}),
      policies: {
        ...(random.chance(0.4) ? { retry: { kind: 'fixed', attempts: 2, delaySeconds: 1 } } : {}),
        ...(random.chance(0.15) ? { rollback: { kind: 'automatic' } } : {}),
        ...(random.chance(0.15) ? { pause: { kind: 'beforeStage', stage: 'Reload' } } : {}),
        ...(random.chance(0.2) ? { checkpoint: { kind: 'none' } } : {}),
        ...(random.chance(0.2) ? { completion: { kind: 'percent', percent: 80 } } : {}),
        ...(random.chance(0.2) ? { healthCheck: { kind: 'consecutiveRounds', rounds: 2 } } : {}),
      },
    };
  }
}
