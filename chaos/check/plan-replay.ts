import { countTasks, isSettled, PLAN_STATUS_CHANGES, type PlanStatus, planStatus } from '@/domain/plan';
import type { PlanIntent } from '@/domain/plan-intent';
import { occupiesSlot, type TaskStatus } from '@/domain/task';
import type { Findings } from './findings';
import type { CommittedEvent, History, PlanRecord } from './history';
import type { TaskReplay } from './task-replay';

/** Replays one plan: its own events, its tasks' events, and what must hold between them at every commit. */
export class PlanReplay {
  status: PlanStatus = 'CREATED';
  intent: PlanIntent = 'none';
  halted = false;
  wave = 0;
  maxConcurrency: number;
  #moved = false;

  constructor(
    readonly record: PlanRecord,
    readonly tasks: ReadonlyMap<string, TaskReplay>,
    private readonly stops: History['stops'],
    private readonly freezes: boolean,
    private readonly findings: Findings,
    events: readonly CommittedEvent[],
  ) {
    const first = events.find((event) => event.kind === 'ConcurrencyChanged');
    this.maxConcurrency = first ? first.payload.from : record.plan.maxConcurrency;
  }

  /** The events of one commit, in order. */
  commit(events: readonly CommittedEvent[]): void {
    for (const event of events) {
      if (event.taskId === null) this.applyOwn(event);
      else this.applyToTask(event, event.taskId);
    }
    if (this.#moved) this.checkStatus(events[0]?.planSeq ?? 0);
    this.#moved = false;
  }

  private get planId(): string {
    return this.record.plan.planId;
  }

  private applyOwn(event: CommittedEvent): void {
    const before = this.status;
    const after = event.status as PlanStatus;
    if (after !== before && !(PLAN_STATUS_CHANGES[before] ?? []).includes(after))
      this.findings.add(
        'status',
        this.planId,
        `${event.planSeq} ${event.kind} goes from ${before} to ${after}`,
      );
    this.status = after;
    this.#moved ||= after !== before;
    switch (event.kind) {
      case 'ConcurrencyChanged':
        this.maxConcurrency = event.payload.to;
        break;
      case 'PauseRequested':
        this.intent = 'pause';
        break;
      case 'CancelRequested':
        this.intent = 'cancel';
        this.halted = false;
        break;
      case 'PlanHalted':
        this.halted = true;
        break;
      case 'PlanRollingBack':
        // The executor only brings the status up to date.
        if (event.actor === 'executor') break;
        this.intent = 'rollback';
        this.halted = false;
        break;
      case 'PlanResumed':
        if (event.actor === 'executor') break;
        // Lifting a halt keeps the intent; opening a settled plan again drops it and keeps the halt.
        if (isSettled(before) && !isSettled(after)) this.intent = 'none';
        else if (this.halted) this.halted = false;
        else this.intent = 'none';
        break;
      case 'WaveStarted':
        if (event.payload.by === null) this.checkWave(event);
        else this.halted = false;
        this.wave = event.payload.wave;
        break;
      default:
    }
  }

  private applyToTask(event: CommittedEvent, taskId: string): void {
    const task = this.tasks.get(taskId);
    if (!task || task.record.task.planId !== this.planId || task.record.task.tenantId !== event.tenantId) {
      this.findings.add(
        'state',
        taskId,
        `${event.planSeq} ${event.kind} is about a task that the plan does not have`,
      );
      return;
    }
    const before = task.status;
    const after = event.status as TaskStatus;
    if (!occupiesSlot(before) && occupiesSlot(after)) this.admit(event, task);
    task.apply(event);
  }

  private admit(event: CommittedEvent, task: TaskReplay): void {
    const { taskId } = task.record.task;
    let occupied = 0;
    for (const one of this.tasks.values()) if (occupiesSlot(one.status)) occupied += 1;
    const place = `${event.planSeq} ${event.kind}`;
    if (occupied >= this.maxConcurrency)
      this.findings.add('concurrency', taskId, `${place} with ${occupied} of ${this.maxConcurrency} running`);
    if (this.halted && event.kind !== 'TaskRollingBack')
      this.findings.add('planHold', taskId, `${place} while the plan is halted`);
    if (this.intent !== 'none' && event.kind !== 'TaskRollingBack')
      this.findings.add('planHold', taskId, `${place} while the plan's intent is ${this.intent}`);
    if (event.kind !== 'TaskRollingBack' && this.isStopped(event))
      this.findings.add('planHold', taskId, `${place} while everything is stopped`);
    if (event.kind !== 'TaskStarted') return;
    if (task.record.task.wave > this.wave)
      this.findings.add('waves', taskId, `${place} in wave ${task.record.task.wave} of ${this.wave}`);
    this.checkOrder(task, place);
  }

  private isStopped({ storedAt }: CommittedEvent): boolean {
    if (storedAt === undefined) return false;
    return this.stops.some(({ from, until }) => storedAt >= from && (until === null || storedAt < until));
  }

  /** Without a person who accepts it, a wave passes only when all its tasks are COMPLETED. */
  private checkWave(event: CommittedEvent): void {
    for (const { record, status } of this.tasks.values()) {
      const { taskId, wave } = record.task;
      if (wave !== this.wave || status === 'COMPLETED' || status === 'VALIDATION_FAILED') continue;
      this.findings.add(
        'waves',
        this.planId,
        `${event.planSeq} passes a wave in which ${taskId} is ${status}`,
      );
    }
  }

  /**
   * First starts go by ordinal. Above a concurrency of 1 a tenant that another plan holds is passed over, so only one
   * that no other plan has can be judged. One that was held back and let go again may have come back too late for the
   * choice. So may one that was frozen.
   */
  private checkOrder(task: TaskReplay, place: string): void {
    const { taskId, ordinal } = task.record.task;
    for (const one of this.tasks.values()) {
      const other = one.record.task;
      if (other.ordinal >= ordinal || one.status !== 'PENDING' || one.leftQueue || other.wave > this.wave)
        continue;
      if (this.maxConcurrency > 1 && (one.sharesTenant || this.freezes)) continue;
      this.findings.add('fifo', taskId, `${place} before ${other.taskId}, which waits since the plan began`);
      return;
    }
  }

  /** The status may lag, but what is written as settled or paused must be so when it is written. */
  private checkStatus(planSeq: number): void {
    if (this.record.plan.startedAt === null || this.status === 'READY') return;
    const tasks = [...this.tasks.values()];
    const open = tasks.filter((task) => task.open).length;
    const running = tasks.filter((task) => occupiesSlot(task.status)).length;
    if (isSettled(this.status) && open > 0)
      this.findings.add('planStatus', this.planId, `${planSeq} is ${this.status} with ${open} tasks open`);
    if (this.status === 'PAUSED' && running > 0)
      this.findings.add('planStatus', this.planId, `${planSeq} is PAUSED with ${running} tasks running`);
  }

  /** What the row must say in the end. */
  finish(atRest: boolean): void {
    const { plan } = this.record;
    for (const key of ['status', 'maxConcurrency', 'wave'] as const)
      if (plan[key] !== this[key])
        this.findings.add('state', plan.planId, `${key} is ${plan[key]}, its events say ${this[key]}`);
    if ((plan.halted !== null) !== this.halted)
      this.findings.add(
        'state',
        plan.planId,
        `halted is ${plan.halted !== null}, its events say ${this.halted}`,
      );
    if (!atRest || plan.startedAt === null) return;
    this.checkReleased();
    const expected = planStatus(
      plan.intent,
      countTasks([...this.tasks.values()].map((one) => one.record.task)),
      this.record.completion,
    );
    if (expected !== plan.status)
      this.findings.add('planStatus', plan.planId, `is ${plan.status}, its tasks say ${expected}`);
  }

  /** Only a pause holds tasks with their plan; what a resume missed must have been freed since. */
  private checkReleased(): void {
    const { intent, status } = this.record.plan;
    if (intent === 'pause') return;
    for (const { record } of this.tasks.values()) {
      const { taskId, status: rests, heldBy, request } = record.task;
      if (rests === 'PAUSED' && heldBy === 'plan' && request === null)
        this.findings.add(
          'planRelease',
          taskId,
          `is paused with its plan, which is ${status} with intent ${intent}`,
        );
    }
  }
}

/** One replay per plan and per task, told everything in the order in which it was stored. */
export function replayPlans(
  plans: readonly PlanRecord[],
  tasks: readonly TaskReplay[],
  { events, stops, freezes }: Pick<History, 'events' | 'stops' | 'freezes'>,
  findings: Findings,
): PlanReplay[] {
  const eventsOf = new Map<string, CommittedEvent[]>(plans.map(({ plan }) => [plan.planId, []]));
  for (const event of events) eventsOf.get(event.planId)?.push(event);
  return plans.map((record) => {
    const own = eventsOf.get(record.plan.planId) ?? [];
    const members = tasks.filter((task) => task.record.task.planId === record.plan.planId);
    const byId = new Map(members.map((task) => [task.record.task.taskId, task]));
    const replay = new PlanReplay(record, byId, stops, freezes, findings, own);
    for (const commit of commitsOf(own)) replay.commit(commit);
    return replay;
  });
}

/** Events that lie together and were stored by one statement. */
function* commitsOf(events: readonly CommittedEvent[]): Generator<CommittedEvent[]> {
  let group: CommittedEvent[] = [];
  for (const event of events) {
    if (group[0] && group[0].commitId !== event.commitId) {
      yield group;
      group = [];
    }
    group.push(event);
  }
  if (group.length > 0) yield group;
}
