import type { DomainEvent, StateChange } from '@/domain/events';
import type { PlanState } from '@/domain/plan';
import { type PlanInput, transitionPlan } from '@/domain/plan-transition';
import { holdsTenant, type TaskState } from '@/domain/task';
import type { TaskInput } from '@/domain/task-input';
import { transitionTask } from '@/domain/task-transition';
import { contextOf, countsOf, planIn, taskIn } from '@/domain/testing-states';
import { changed } from '@/server/commands/commit-transition';
import type { History, PlanRecord, TaskRecord, TenantRecord } from '../history';
import { storedEvent } from '../stored-event';

const STAGES = ['Config', 'Health'];
const STEPS = ['config-update', 'health-check'];

/** As it is stored: JSON. */
const carriedOf = <State extends object>(before: State, after: State): StateChange =>
  JSON.parse(JSON.stringify(changed(before, after)));

/** Writes a history by hand with the real state machines: each call is one commit, a second after the one before. */
export class ScriptedHistory {
  readonly history: History = {
    plans: [],
    tasks: [],
    events: [],
    tenants: [],
    holds: [],
    checkpoints: [],
    calls: [],
    instances: [],
    stops: [],
    freezes: false,
    atRest: true,
  };
  #time = Date.parse('2026-01-01T10:00:00Z');
  #commits = 0;

  plan(planId: string, tenantIds: readonly string[], maxConcurrency = 2): void {
    const plan = planIn('CREATED', { planId, maxConcurrency, startedAt: null });
    this.history.plans.push({
      plan,
      planSeq: 0,
      ownSequenceId: 0,
      completion: { kind: 'all' },
      mostTries: 2,
    });
    for (const [index, tenantId] of tenantIds.entries()) {
      const task = taskIn('CREATED', {
        taskId: `${planId}.${index + 1}`,
        planId,
        tenantId,
        ordinal: index + 1,
        stages: STAGES,
        previous: { unitId: 'router', unitName: 'Router', version: 'v1' },
      });
      this.history.tasks.push({ task, sequenceId: 0, epoch: 0, targetVersion: 'v2', unitId: 'router' });
      if (!this.history.tenants.some((one) => one.tenantId === tenantId))
        this.history.tenants.push({
          tenantId,
          unitId: 'router',
          currentVersion: 'v1',
          lastKnownGoodVersion: null,
        });
    }
    this.own(planId, { type: 'validate', actor: 'op', tasks: tenantIds.length });
    for (const { task } of this.of(planId))
      this.task(
        task.taskId,
        { type: 'validate', actor: 'op' },
        { type: 'validationPassed', actor: 'op', warnings: [] },
      );
    this.own(planId, { type: 'validationPassed', actor: 'op', valid: tenantIds.length, invalid: 0 });
    this.own(planId, { type: 'start', actor: 'op' });
  }

  own(planId: string, input: PlanInput): void {
    const record = this.planOf(planId);
    const now = this.tick();
    const outcome = transitionPlan({ plan: record.plan, counts: this.counts(planId) }, input, now);
    if (!outcome.ok) throw new Error(outcome.rejection.message);
    this.store(record, null, outcome.events, carriedOf(record.plan, outcome.state), this.commitId());
    record.plan = outcome.state;
  }

  /** All inputs in one commit. */
  task(taskId: string, ...inputs: TaskInput[]): void {
    const record = this.taskOf(taskId);
    const plan = this.planOf(record.task.planId);
    const now = this.tick();
    const commitId = this.commitId();
    for (const input of inputs) {
      const outcome = transitionTask(contextOf(record.task, { planIntent: plan.plan.intent }), input, now);
      if (!outcome.ok) throw new Error(`${input.type}: ${outcome.rejection.message}`);
      this.store(plan, record, outcome.events, carriedOf(record.task, outcome.state), commitId);
      record.task = outcome.state;
    }
    this.followHold(record.task);
  }

  /** Something more that the task's last commit changed. */
  carry(taskId: string, change: StateChange): void {
    const last = this.history.events.findLast((event) => event.taskId === taskId);
    if (last) last.change = { ...last.change, ...change };
  }

  admit(taskId: string): void {
    const record = this.taskOf(taskId);
    const good = this.tenantOf(record.task.tenantId).lastKnownGoodVersion;
    if (record.task.startedAt === null && good !== null && record.task.previous)
      record.task = { ...record.task, previous: { ...record.task.previous, version: good } };
    this.task(taskId, { type: 'admit' });
  }

  /** Takes the run over and begins its next stage. */
  claim(taskId: string): void {
    const record = this.taskOf(taskId);
    const recovering = record.task.openStep !== null;
    record.epoch += 1;
    const first: TaskInput = recovering ? { type: 'recovered', epoch: record.epoch } : { type: 'heartbeat' };
    this.task(taskId, first, ...(recovering ? [this.stepStarted(record.task)] : this.nextStage(record.task)));
    this.move(record);
  }

  /** Ends the open stage and goes on: to the next stage or to the end. */
  finishStage(taskId: string): void {
    const record = this.taskOf(taskId);
    const { stageIndex } = record.task;
    this.call(record);
    const last = stageIndex === STAGES.length - 1;
    const end =
      record.task.request === null ? this.nextStage({ ...record.task, stageIndex: stageIndex + 1 }) : [];
    this.task(
      taskId,
      {
        type: 'stepSucceeded',
        stage: STAGES[stageIndex] ?? '',
        step: 's',
        stepIndex: 0,
        stepType: STEPS[stageIndex] ?? '',
        detail: '',
        attempts: [],
      },
      { type: 'stageSucceeded', stage: STAGES[stageIndex] ?? '' },
      { type: 'boundary' },
      ...(last ? [] : end.slice(1)),
    );
    this.move(record);
  }

  private nextStage(task: TaskState): TaskInput[] {
    const stage = STAGES[task.stageIndex] ?? '';
    return [{ type: 'boundary' }, { type: 'stageStarted', stage }, this.stepStarted(task)];
  }

  private stepStarted({ stageIndex }: TaskState): TaskInput {
    const stage = STAGES[stageIndex] ?? '';
    return { type: 'stepStarted', stage, step: 's', stepIndex: 0, stepType: STEPS[stageIndex] ?? '' };
  }

  private call({ task, epoch }: TaskRecord): void {
    this.history.calls.push({
      tenantId: task.tenantId,
      instance: `${task.tenantId}-1`,
      method: task.stageIndex === 0 ? 'PUT' : 'GET',
      path: '/',
      task: task.taskId,
      epoch,
      idempotencyKey: `${task.taskId} ${task.attempt} ${task.stageIndex}`,
      stale: false,
      outcome: task.stageIndex === 0 ? 'applied' : 'read',
    });
  }

  private move({ task, targetVersion }: TaskRecord): void {
    const tenant = this.tenantOf(task.tenantId);
    const version = task.direction === 'forward' ? targetVersion : (task.previous?.version ?? null);
    if (task.status === 'COMPLETED' || task.status === 'ROLLED_BACK') {
      tenant.currentVersion = version;
      if (task.healthConfirmed) tenant.lastKnownGoodVersion = version;
    } else if (task.configSent) tenant.currentVersion = 'unknown';
  }

  private followHold(task: TaskState): void {
    const { holds } = this.history;
    const index = holds.findIndex((hold) => hold.taskId === task.taskId);
    if (holdsTenant(task) && index < 0) holds.push({ tenantId: task.tenantId, taskId: task.taskId });
    if (!holdsTenant(task) && index >= 0) holds.splice(index, 1);
  }

  private store(
    plan: PlanRecord,
    task: TaskRecord | null,
    events: readonly DomainEvent[],
    carried: StateChange,
    commitId: string,
  ): void {
    for (const event of events) {
      const change = event === events.at(-1) ? carried : null;
      this.history.events.push(storedEvent(plan, task, event, { change, commitId, storedAt: this.#time }));
    }
  }

  private counts(planId: string) {
    const tasks = this.of(planId).map(({ task }) => task);
    const byStatus: Partial<Record<TaskState['status'], number>> = {};
    for (const { status } of tasks) byStatus[status] = (byStatus[status] ?? 0) + 1;
    return countsOf(byStatus, {
      openRequests: tasks.filter((task) => task.request !== null).length,
      startedNotRolledBack: tasks.filter((task) => task.stageStarted && task.status !== 'ROLLED_BACK').length,
    });
  }

  private tick(): Date {
    this.#time += 1000;
    return this.now;
  }

  get now(): Date {
    return new Date(this.#time);
  }

  private commitId(): string {
    this.#commits += 1;
    return `commit-${this.#commits}`;
  }

  of(planId: string): TaskRecord[] {
    return this.history.tasks.filter(({ task }) => task.planId === planId);
  }

  taskOf(taskId: string): TaskRecord {
    return found(this.history.tasks.find(({ task }) => task.taskId === taskId));
  }

  planOf(planId: string): PlanRecord & { plan: PlanState } {
    return found(this.history.plans.find(({ plan }) => plan.planId === planId));
  }

  tenantOf(tenantId: string): TenantRecord {
    return found(this.history.tenants.find((one) => one.tenantId === tenantId));
  }
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The script names what does not exist');
  return value;
}
