import { randomUUID } from 'node:crypto';
import { ANY_APPROVER } from '@/domain/approval';
import { commandPlan, type PlanCommandInput } from '@/server/commands/plan-commands';
import { type CommandDeps, commandTask, type TaskCommandInput } from '@/server/commands/task-commands';
import { CommandRefused } from '@/server/input/refused';
import type { Random } from '../random';
import { isLost } from './lost-answer';
import type { PlanSpec } from './world';

const TRIES = 4;
const RESUME: PlanCommandInput = { type: 'resume', actor: 'op', reason: 'because' };

/** Somebody at the console: draws commands, and repeats one that got no answer under the same requestId. */
export class Operator {
  constructor(
    private readonly deps: CommandDeps,
    private readonly random: Random,
    private readonly plans: readonly PlanSpec[],
    private readonly crashed: (error: unknown) => void,
  ) {}

  start(planId: string): void {
    void this.#plan(planId, { type: 'start', actor: 'op' });
  }

  /** Gives one command; what comes of it is seen in the rows. */
  act(): void {
    const plan = this.random.oneOf(this.plans);
    if (this.random.chance(0.3)) {
      const input = this.#planCommand();
      // Often somebody thinks better of a pause, before all that runs has come to its boundary.
      const regretted = input.type === 'pause' && this.random.chance(0.7);
      void this.#plan(plan.planId, input, ...(regretted ? [RESUME] : []));
    } else {
      const ordinal = 1 + this.random.below(plan.tenantIds.length);
      this.#task(`${plan.planId}.${ordinal}`, this.#taskCommand());
    }
  }

  #planCommand(): PlanCommandInput {
    const asked = { actor: 'op', reason: 'because' };
    switch (this.random.oneOf(PLAN_COMMANDS)) {
      case 'setConcurrency':
        return { type: 'setConcurrency', actor: 'op', value: 1 + this.random.below(3) };
      case 'pause':
        return { type: 'pause', ...asked };
      case 'resume':
        return RESUME;
      case 'cancel':
        return { type: 'cancel', ...asked, now: this.random.chance(0.4) };
      case 'continue':
        return { type: 'continue', ...asked };
      case 'close':
        return { type: 'close', ...asked };
      case 'rollback':
        return { type: 'rollback', ...asked, now: this.random.chance(0.4) };
    }
  }

  #taskCommand(): TaskCommandInput {
    const type = this.random.oneOf(TASK_COMMANDS);
    const asked = { actor: 'op', reason: 'because' };
    if (type === 'cancel' || type === 'rollback') return { type, ...asked, now: this.random.chance(0.4) };
    if (type === 'approve') return { type, ...asked, approver: ANY_APPROVER };
    if (type !== 'retry') return { type, ...asked };
    const fromCheckpoint = this.random.chance(0.6);
    const resolution =
      fromCheckpoint && this.random.chance(0.3) ? this.random.oneOf(['applied', 'resend'] as const) : null;
    return { type, ...asked, fromCheckpoint, ...(resolution && { resolution }) };
  }

  async #plan(planId: string, ...inputs: PlanCommandInput[]): Promise<void> {
    for (const input of inputs) {
      const requestId = randomUUID();
      await this.#surely(() => commandPlan(this.deps, planId, input, requestId));
    }
  }

  #task(taskId: string, input: TaskCommandInput): void {
    const requestId = randomUUID();
    void this.#surely(() => commandTask(this.deps, taskId, input, requestId));
  }

  async #surely(command: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      try {
        await command();
        return;
      } catch (error) {
        if (error instanceof CommandRefused) return;
        if (!isLost(error)) return this.crashed(error);
      }
    }
  }
}

/** What is given more often stands here more often. */
const PLAN_COMMANDS = [
  'pause',
  'pause',
  'resume',
  'resume',
  'cancel',
  'continue',
  'close',
  'rollback',
  'setConcurrency',
] as const;
const TASK_COMMANDS = [
  'pause',
  'pause',
  'resume',
  'resume',
  'cancel',
  'cancel',
  'retry',
  'retry',
  'rollback',
  'rollback',
  'withdraw',
  'approve',
  'approve',
  'reject',
] as const;
