import { type PlanSummary, summarise, type TaskGroup } from '@/domain/plan-words';
import { TASK_STATUSES, type TaskStatus } from '@/domain/task';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import { isUnconfirmed, mayGoBack } from '@/domain/view/state-of';

/** Everything that is counted over a plan's tasks. */
export interface Figures extends PlanSummary {
  byStatus: Record<TaskStatus, number>;
  total: number;
  openRequests: number;
  startedNotRolledBack: number;
  ableToGoBack: number;
  backOnPurpose: number;
  /** Completed, and nobody knows what runs there. */
  unconfirmed: number;
  /** Under way or waiting for a slot. */
  rollbacks: number;
  /** Of the present wave. */
  wave: { inWave: number; unsettledInWave: number; notCompletedInWave: number };
}

/** What is counted of one wave; who was left out is in none. */
export interface WaveTally {
  inWave: number;
  unsettledInWave: number;
  notCompletedInWave: number;
  rested: number;
  failed: number;
}

const UNSETTLED: readonly TaskStatus[] = ['PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK'];
const REST: readonly TaskStatus[] = ['COMPLETED', 'ROLLED_BACK', 'CANCELLED', 'FAILED', 'ROLLBACK_FAILED'];
const NO_WAVE: WaveTally = { inWave: 0, unsettledInWave: 0, notCompletedInWave: 0, rested: 0, failed: 0 };

/** Counts a plan's tasks, and goes on from there task by task. */
export class PlanTally {
  #total = 0;
  #openRequests = 0;
  #startedNotRolledBack = 0;
  #ableToGoBack = 0;
  #backOnPurpose = 0;
  #unconfirmed = 0;
  #rollbacks = 0;
  #lastEnd = 0;
  readonly #byStatus = Object.fromEntries(TASK_STATUSES.map((status) => [status, 0])) as Figures['byStatus'];
  readonly #groups = new Map<string, TaskGroup>();
  readonly #waves = new Map<number, WaveTally>();
  readonly #versions = new Map<string, number>();

  /** `plan`: unit and version, which stay. */
  constructor(
    private readonly plan: PlanView,
    tasks: Iterable<TaskView>,
  ) {
    for (const task of tasks) this.#count(task, 1);
  }

  change(before: TaskView, after: TaskView): void {
    this.#count(before, -1);
    this.#count(after, 1);
  }

  figures({ status, intent, stages, wave }: PlanView): Figures {
    const groups = [...this.#groups.values()].filter(({ count }) => count > 0);
    const { inWave, unsettledInWave, notCompletedInWave } = this.wave(wave);
    return {
      byStatus: { ...this.#byStatus },
      total: this.#total,
      ...summarise({ status, intent, stages: stages.length }, groups),
      openRequests: this.#openRequests,
      startedNotRolledBack: this.#startedNotRolledBack,
      ableToGoBack: this.#ableToGoBack,
      backOnPurpose: this.#backOnPurpose,
      unconfirmed: this.#unconfirmed,
      rollbacks: this.#rollbacks,
      wave: { inWave, unsettledInWave, notCompletedInWave },
    };
  }

  wave(index: number): Readonly<WaveTally> {
    return this.#waves.get(index) ?? NO_WAVE;
  }

  /** From which versions tenants are switched. */
  versions(): string[] {
    return [...this.#versions].flatMap(([version, count]) => (count > 0 ? version : []));
  }

  /** When the last of all tasks that ended did, in epoch milliseconds; 0 when none has. */
  get lastEnd(): number {
    return this.#lastEnd;
  }

  #count(task: TaskView, by: 1 | -1): void {
    const { status, direction, stageIndex, request, previousVersion } = task;
    const failed = task.counted !== null;
    const sent = task.sent.calls;
    this.#total += by;
    this.#byStatus[status] += by;
    const alike = `${status} ${direction} ${failed} ${sent} ${stageIndex}`;
    const group = this.#groups.get(alike);
    if (group) group.count += by;
    else {
      const back = direction === 'rollback';
      this.#groups.set(alike, { status, back, failed, sent, count: by, stages: stageIndex });
    }
    if (request) this.#openRequests += by;
    if (status === 'ROLLING_BACK' || request?.kind === 'rollback') this.#rollbacks += by;
    if (sent && status !== 'ROLLED_BACK') this.#startedNotRolledBack += by;
    if (mayGoBack(task, this.plan)) this.#ableToGoBack += by;
    if (status === 'ROLLED_BACK' && !failed) this.#backOnPurpose += by;
    if (isUnconfirmed(task)) this.#unconfirmed += by;
    if (previousVersion !== null)
      this.#versions.set(previousVersion, (this.#versions.get(previousVersion) ?? 0) + by);
    if (by > 0 && task.endedAt) this.#lastEnd = Math.max(this.#lastEnd, Date.parse(task.endedAt));
    if (status !== 'VALIDATION_FAILED') this.#countInWave(task, by);
  }

  #countInWave(task: TaskView, by: 1 | -1): void {
    let wave = this.#waves.get(task.wave);
    if (!wave) {
      wave = { ...NO_WAVE };
      this.#waves.set(task.wave, wave);
    }
    wave.inWave += by;
    if (UNSETTLED.includes(task.status) || task.request) wave.unsettledInWave += by;
    if (task.status !== 'COMPLETED') wave.notCompletedInWave += by;
    if (REST.includes(task.status)) wave.rested += by;
    if (task.counted) wave.failed += by;
  }
}
