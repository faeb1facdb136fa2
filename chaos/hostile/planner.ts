import { setTimeout as delay } from 'node:timers/promises';
import { CallRefused } from '@/server/testing/switchyard';
import type { Violation } from '../check/history';
import type { ChaosDatabase } from '../nodes/database';
import type { Random } from '../random';
import type { Console } from '../work/console';
import { tenantIds, UNIT, writeVersion } from '../work/fleet-plan';
import type { HostileOptions } from './options';
import { drawPlanSettings, drawPlaybook } from './playbooks';

const LOOK_MS = 300;
const PATIENT_LOOKS = 6;
const MOST_INSTANCES = 3;

/** Makes a fleet, and plan after plan for it, each with a playbook of its own. */
export class Planner {
  readonly plans: string[] = [];
  /** Playbooks that were drawn as nobody may write them. */
  readonly mistakes: Violation[] = [];
  readonly refused = new Map<string, number>();
  #versions = 0;

  constructor(
    private readonly console_: Console,
    private readonly database: ChaosDatabase,
    private readonly random: Random,
    private readonly options: HostileOptions,
  ) {}

  async seed(url: (instance: string) => string, firstVersion: string): Promise<void> {
    const { random } = this;
    await writeVersion(this.console_, firstVersion);
    await this.console_.insist('tenants.import', 'mutation', {
      tenants: tenantIds(this.options.tenants).map((tenantId) => ({
        tenantId,
        labels: { ring: random.oneOf(['a', 'b']) },
        endpoints: Array.from({ length: random.whole(1, MOST_INSTANCES) }, (_, index) => {
          const key = `${tenantId}-${index + 1}`;
          return { key, url: url(key) };
        }),
        ...(random.chance(0.9) ? { current: { [UNIT]: firstVersion } } : {}),
      })),
    });
  }

  async run(over: () => boolean): Promise<void> {
    for (let looks = 1; !over(); looks += 1) {
      // What is held back must not be all there is.
      const hungry = (await this.#waiting()) < this.options.plan * 3 || looks % PATIENT_LOOKS === 0;
      if (hungry) await this.#makePlan();
      else await delay(LOOK_MS);
    }
  }

  async #waiting(): Promise<number> {
    const [row] = await this.database.connection.sql<{ count: number }[]>`
      select count(*)::int as count from task where status = 'PENDING'`;
    return row?.count ?? 0;
  }

  async #makePlan(): Promise<void> {
    const { random, console_ } = this;
    this.#versions += 1;
    const version = `v${this.#versions}`;
    const playbookId = `book-${this.#versions}`;
    const definition = drawPlaybook(random);
    await writeVersion(console_, version);
    try {
      await console_.insist('playbooks.save', 'mutation', { playbookId, name: playbookId, definition });
    } catch (error) {
      this.mistakes.push({
        invariant: 'a playbook that may be written',
        subject: playbookId,
        message: `${error instanceof Error ? error.message : error}: ${JSON.stringify(definition)}`,
      });
      return;
    }
    const chosen = random.shuffled(tenantIds(this.options.tenants)).slice(0, this.options.plan);
    try {
      const { planId } = await console_.insist<{ planId: string }>('plans.create', 'mutation', {
        name: `Switch to ${version}`,
        tenantIds: chosen,
        unitId: UNIT,
        version,
        playbookId,
        maxConcurrency: random.oneOf([1, 3, 6, 12, 40]),
        settings: drawPlanSettings(random),
        leaveOutInvalid: true,
      });
      this.plans.push(planId);
      await console_.insist('plans.start', 'mutation', { planId });
    } catch (error) {
      // Somebody may have cancelled it before it was started.
      if (!(error instanceof CallRefused)) throw error;
      const reason = error.message.slice(0, 120);
      this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
    }
  }
}
