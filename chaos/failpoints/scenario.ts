import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkHistory } from '@/chaos/check/check-history';
import type { TargetCall, Violation } from '@/chaos/check/history';
import { readHistory } from '@/chaos/read-history';
import { plansInHand } from '@/db/queries/execution';
import type { RequestRecord } from '@/demo/fleet/instance';
import { CONFIG_BODY } from '@/demo/fleet/playbook';
import type { PlaybookDefinition } from '@/domain/playbook';
import { createCommitter } from '@/server/commands/commit-transition';
import { dropLeakedData } from '@/server/executor/checkpoints/drop-leaked';
import { postgresCheckpoints } from '@/server/executor/checkpoints/postgres';
import type { Executor } from '@/server/executor/executor';
import { Harness } from '@/server/executor/testing/harness';
import type { Heard, Told } from './killed-process';

const PLAYBOOK: PlaybookDefinition = {
  stages: [
    {
      name: 'Config',
      steps: [
        {
          name: 'send',
          type: 'config-update',
          request: {
            body: CONFIG_BODY,
            extract: { stored: { json: 'stored' } },
          },
          save: ['stored'],
        },
      ],
    },
    { name: 'Reload', steps: [{ name: 'tell', type: 'broadcast' }] },
    { name: 'Health', steps: [{ name: 'confirm', type: 'health-check' }] },
  ],
};

/** Waited for in vain only by a process that missed its point; one that reached it is gone long before. */
const PATIENCE_MS = 300_000;
const LOOK_EVERY_MS = 20;

export interface Outcome {
  /** Every point that the process reached, in order. */
  reached: string[];
  died: boolean;
  /** What the instances ran once the switch was done, and once it was undone. */
  versions: { switched: string[]; undone: string[] };
  statuses: { task: string; plan: string };
  violations: Violation[];
}

/** A process that waits to be told what to run; made before it is needed, because it takes longest. */
export const spare = (program: string): ChildProcess =>
  fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });

/**
 * One tenant with two instances there and back again: a pause by policy, a failure, a retry from the checkpoint, and a
 * rollback. The process dies at the point; from then on this one goes on. Whoever executes, the operator does the same.
 */
export async function runScenario(child: ChildProcess, dieAt: string | null): Promise<Outcome> {
  const harness = await Harness.start({
    fleet: { version: 'v1', tenants: [{ tenantId: 'a', instances: 2 }] },
    playbook: PLAYBOOK,
  });
  try {
    return await new Scenario(harness, child).run(dieAt);
  } finally {
    child.kill('SIGKILL');
    await harness.close();
  }
}

class Scenario {
  readonly #reached: string[] = [];
  readonly #listeners = new Set<() => void>();
  #died = false;
  #over = false;
  #succession: Promise<void> | null = null;
  #successor: Executor | null = null;

  constructor(
    private readonly harness: Harness,
    private readonly child: ChildProcess,
  ) {}

  async run(dieAt: string | null): Promise<Outcome> {
    const { harness, child } = this;
    const failed = this.#listen();
    const endpoints = harness.fleet.endpoints('a');
    const instances = Object.fromEntries(endpoints.map(({ url, key }) => [new URL(url).origin, key]));
    this.#tell({ url: harness.url, instances, dieAt });
    const told = await Promise.race([this.#operate(), failed]);
    // The last point lies behind everything that can be seen from here.
    if (dieAt !== null && !this.#died)
      await once(child, 'exit', { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => {});
    await this.#succession;
    const died = this.#died;
    if (!died) {
      this.#over = true;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await dropLeakedData(harness.db, postgresCheckpoints(harness.db));
    const read = await readHistory(harness.db, callsOf(harness.fleet.requests), true);
    const awake = new Set((await plansInHand(harness.db)).map(({ planId }) => planId));
    const history = {
      ...read,
      plans: read.plans.map((one) => ({ ...one, awake: awake.has(one.plan.planId) })),
    };
    return { ...told, reached: this.#reached, died, violations: checkHistory(history) };
  }

  async #operate(): Promise<Pick<Outcome, 'versions' | 'statuses'>> {
    const { harness } = this;
    const settings = { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null };
    const pause = { kind: 'beforeStage', stage: 'Reload' } as const;
    const planId = await harness.createPlan({ settings: { ...settings, policies: { pause } } });
    const taskId = `${planId}.1`;
    await this.#command(() => harness.startPlan(planId));
    await this.#until(taskId, 'PAUSED');
    harness.fleet.setFault('a', { kind: 'fail', times: 1 }, 'a-1');
    await this.#command(() => harness.task(taskId, 'resume'));
    // The failure's answer may have died with the process; then it is sent again, and goes well.
    if ((await this.#until(taskId, 'FAILED', 'COMPLETED')) === 'FAILED') {
      // The plan has settled as well and is at rest, or whether it is before it is opened again would be chance.
      await this.#until(planId, 'PARTIAL_FAILED');
      await this.#untilAtRest(planId);
      await this.#command(() => harness.task(taskId, 'retry', { fromCheckpoint: true }));
    }
    await this.#until(taskId, 'COMPLETED');
    await this.#until(planId, 'COMPLETED');
    await this.#untilAtRest(planId);
    const switched = await harness.fleet.versions('a');
    await this.#command(() => harness.task(taskId, 'rollback', { reason: 'bad' }));
    const task = await this.#until(taskId, 'ROLLED_BACK', 'ROLLBACK_FAILED');
    const plan = await this.#until(planId, 'ROLLED_BACK');
    await this.#untilAtRest(planId);
    return { versions: { switched, undone: await harness.fleet.versions('a') }, statuses: { task, plan } };
  }

  /** Whoever executes hears of the command at once. */
  async #command(command: () => Promise<unknown>): Promise<void> {
    await command();
    this.#tell('look');
    void this.#successor?.kick();
  }

  #tell(told: Told): void {
    if (!this.#died && this.child.connected) this.child.send(told, () => {});
  }

  /** Rejects when nobody can go on after the process has died. */
  #listen(): Promise<never> {
    const { child } = this;
    child.on('message', (heard: Heard) => {
      if (heard !== 'news') this.#reached.push(heard.reached);
      this.#news();
    });
    return new Promise((_, reject) => {
      child.once('exit', () => {
        if (this.#over) return;
        this.#died = true;
        this.#succession = this.#succeed().then(() => this.#news(), reject);
      });
    });
  }

  async #succeed(): Promise<void> {
    const { db } = this.harness;
    const checkpoints = postgresCheckpoints(db);
    const committer = createCommitter(db, ({ dropped }) => {
      void checkpoints.drop(dropped);
      void this.#successor?.kick();
      this.#news();
    });
    this.#successor = await this.harness.startExecutor({ committer, checkpoints });
  }

  #news(): void {
    for (const look of this.#listeners) look();
  }

  /** Nobody has to drive the plan any more; whoever finds that tells nobody. */
  async #untilAtRest(planId: string): Promise<void> {
    const { db } = this.harness;
    for (;;) {
      const found = await plansInHand(db);
      if (!found.some((one) => one.planId === planId)) return;
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Looks again with everything that is heard, until it has one of the statuses. */
  async #until(id: string, ...statuses: string[]): Promise<string> {
    for (;;) {
      const news = new Promise<void>((resolve) => {
        const look = () => {
          this.#listeners.delete(look);
          resolve();
        };
        this.#listeners.add(look);
      });
      const status = await this.harness.statusOf(id);
      if (statuses.includes(status)) return status;
      await news;
    }
  }
}

/** The fleet's log as the checker wants it. */
function callsOf(requests: readonly RequestRecord[]): TargetCall[] {
  const latest = new Map<string, number>();
  return requests.map(({ tenantId, instance, method, path, task, epoch, idempotencyKey, outcome }) => {
    const served = `${instance} ${task}`;
    const stale = epoch !== null && epoch < (latest.get(served) ?? 0);
    if (epoch !== null) latest.set(served, Math.max(epoch, latest.get(served) ?? 0));
    const applied = outcome === 200 ? 'applied' : 'failed';
    return {
      tenantId,
      instance,
      method,
      path,
      task,
      epoch,
      idempotencyKey,
      stale,
      outcome: method === 'GET' ? 'read' : applied,
    };
  });
}
