import {
  type HeldBy,
  occupiesSlot,
  type RequestKind,
  TASK_STATUS_CHANGES,
  type TaskState,
  type TaskStatus,
} from '@/domain/task';
import type { Findings } from './findings';
import type { CommittedEvent, TaskRecord } from './history';

/** A claim of the tenant's version that an event made: where it moved to, and whether health was confirmed. */
export interface VersionMove {
  at: number;
  /** When it was stored, where that is known. */
  storedAt: number;
  kind: 'sent' | 'completed' | 'rolledBack';
  version: string | null;
  confirmed: boolean;
}

/** What a task's events say about it, told one by one; the row must say the same in the end. */
export class TaskReplay {
  status: TaskStatus = 'CREATED';
  direction: TaskState['direction'] = 'forward';
  stageIndex = 0;
  attempt = 0;
  retryCount = 0;
  request: RequestKind | null = null;
  /** `unsure`: an approval left it to whoever holds the plan. */
  heldBy: HeldBy | 'unsure' | null = null;
  openStep: { stageIndex: number; stepIndex: number } | 'unsure' | null = null;
  /** The stage that was started and has no end yet. */
  openStage: number | null = null;
  /** It was taken over with a step under way, which was not announced again since: a boundary (SPEC 5). */
  #takenOver = false;
  started = false;
  /** When what it goes back to was frozen: with its first start. */
  frozenAt: number | null = null;
  /** An operator chose another version to go back to. */
  choseVersion = false;
  stageStarted = false;
  configSent = false;
  healthConfirmed = false;
  /** It was something else than PENDING since it was validated. */
  leftQueue = false;
  epoch = 0;
  /** The attempts during which each epoch was at work. */
  readonly attemptsOf = new Map<number, Set<number>>();
  readonly moves: VersionMove[] = [];
  /** `direction:stageIndex` of stages with a StepStarted, and with a StepSucceeded. */
  readonly begun = new Set<string>();
  readonly succeeded = new Set<string>();
  stepsStarted = 0;
  /** From when to when it provably held its tenant, in event time. */
  readonly holding: { from: number; until: number }[] = [];
  #holdingFrom: { commitId: string; at: number | null } | null = null;
  #lastHeld = 0;
  /** The commit that admitted it, until a run claimed it. */
  #unclaimed: string | null = null;
  #inDoubt = false;
  readonly #stepTypes = new Map<string, string>();

  constructor(
    readonly record: TaskRecord,
    /** Another plan has a task of the same tenant. */
    readonly sharesTenant: boolean,
    private readonly findings: Findings,
  ) {}

  /** Open work keeps a plan from settling. */
  get open(): boolean {
    return occupiesSlot(this.status) || ['PENDING', 'PAUSED'].includes(this.status) || this.request !== null;
  }

  apply(event: CommittedEvent): void {
    const before = this.status;
    const after = event.status as TaskStatus;
    if (after !== before && !(TASK_STATUS_CHANGES[before] ?? []).includes(after))
      this.wrong('status', event, `goes from ${before} to ${after}`);
    const intended = LEADS_TO[event.kind];
    if (after !== before && intended === undefined)
      this.wrong('status', event, `says ${after}, but the task is ${before} and nothing moved it`);
    if (intended && !intended.includes(after)) this.wrong('status', event, `says ${after}`);
    this.leavesMidStage(event, before);
    this.status = after;
    if (before === 'PENDING' && after !== before) this.leftQueue = true;
    this.take(event, before);
    this.followHold(event, before);
    this.followEpoch(event, before);
  }

  private wrong(invariant: Parameters<Findings['add']>[0], event: CommittedEvent, message: string): void {
    this.findings.add(invariant, this.record.task.taskId, `${event.planSeq} ${event.kind} ${message}`);
  }

  private leavesMidStage(event: CommittedEvent, before: TaskStatus): void {
    if (before !== 'RUNNING' || this.openStage === null) return;
    const approval = event.kind === 'TaskPaused' && event.payload.heldBy === 'approval';
    const leaves =
      event.kind === 'TaskPaused' || event.kind === 'TaskCancelled' || event.kind === 'TaskRollingBack';
    if (!leaves || approval) return;
    // It was only looked whether anybody is asked: nothing of the stage was done.
    if (this.isAsking) this.openStage = null;
    else if (!this.#takenOver) this.wrong('boundary', event, `in the middle of stage ${this.openStage}`);
  }

  private get isAsking(): boolean {
    if (this.openStep === null || this.openStep === 'unsure') return false;
    const { stageIndex, stepIndex } = this.openStep;
    return this.#stepTypes.get(`${this.direction}:${stageIndex}:${stepIndex}`) === 'approval';
  }

  private take(event: CommittedEvent, before: TaskStatus): void {
    switch (event.kind) {
      case 'TaskStarted':
        this.started = true;
        this.frozenAt ??= event.storedAt ?? event.at.getTime();
        this.attempt = 1;
        break;
      case 'PauseRequested':
      case 'ResumeRequested':
      case 'CancelRequested':
      case 'RetryRequested':
        this.ask(event);
        break;
      case 'RollbackRequested':
        this.ask(event);
        this.choseVersion ||= event.payload.toVersion !== undefined;
        break;
      case 'RequestWithdrawn':
        if (this.request !== event.payload.kind) this.wrong('request', event, 'withdraws what nobody asked');
        if (event.payload.kind === 'resume' && this.heldBy === 'plan') this.heldBy = 'operator';
        this.request = null;
        break;
      case 'TaskPaused':
        if (before === 'RUNNING' && event.payload.heldBy === 'operator' && this.request !== 'pause')
          this.wrong('request', event, 'grants a pause that is not open');
        this.heldBy = event.payload.heldBy;
        this.request = null;
        this.openStep = null;
        break;
      case 'TaskResumed':
        if (this.started && this.request !== 'resume')
          this.wrong('request', event, 'grants a resume that is not open');
        this.heldBy = null;
        this.request = null;
        break;
      case 'TaskRetryStarted':
        this.retry(event);
        break;
      case 'TaskRollingBack':
        if (!occupiesSlot(before) && this.request !== 'rollback')
          this.wrong('request', event, 'grants a rollback that is not open');
        this.rest();
        this.direction = 'rollback';
        this.attempt += 1;
        this.stageIndex = 0;
        this.configSent = false;
        this.healthConfirmed = false;
        break;
      case 'TaskRecovered':
        if (event.payload.fromStage !== this.stageIndex)
          this.wrong(
            'stages',
            event,
            `goes on after stage ${event.payload.fromStage}, not ${this.stageIndex}`,
          );
        this.#takenOver = true;
        break;
      case 'TaskCompleted':
      case 'TaskRolledBack':
        this.end(event);
        break;
      case 'TaskFailed':
        this.heldBy = null;
        this.#inDoubt = event.payload.failure.errorType === 'IN_DOUBT';
        break;
      case 'TaskCancelled':
        this.rest();
        break;
      default:
        this.takeStage(event, before);
    }
  }

  private takeStage(event: CommittedEvent, before: TaskStatus): void {
    switch (event.kind) {
      case 'StageStarted':
      case 'StageRollingBack':
        this.stageEvent(event, event.kind === 'StageStarted' ? 'forward' : 'rollback');
        if (this.openStage !== null) this.wrong('stages', event, `while stage ${this.openStage} is open`);
        this.openStage = event.payload.stageIndex;
        this.stageStarted = true;
        break;
      case 'StageSucceeded':
      case 'StageRolledBack':
        this.stageEvent(event, event.kind === 'StageSucceeded' ? 'forward' : 'rollback');
        if (this.openStage === null && !this.#inDoubt)
          this.wrong('stages', event, 'ends what was not started');
        if (before === 'PAUSED') this.heldBy = 'unsure';
        this.stageDone();
        break;
      case 'StageSkipped':
        this.stageEvent(event, this.direction);
        if (this.openStage !== null) this.wrong('stages', event, `while stage ${this.openStage} is open`);
        this.stageDone();
        break;
      case 'StageFailed':
      case 'StageRollbackFailed':
        this.stageEvent(event, event.kind === 'StageFailed' ? 'forward' : 'rollback');
        this.openStage = null;
        if (event.payload.failure.errorType !== 'IN_DOUBT' || this.direction === 'rollback')
          this.openStep = null;
        break;
      case 'StepStarted': {
        this.stepEvent(event);
        const { stageIndex, stepIndex, type } = event.payload;
        this.openStep = { stageIndex, stepIndex };
        this.#takenOver = false;
        this.begun.add(`${this.direction}:${stageIndex}`);
        this.stepsStarted += 1;
        this.#stepTypes.set(`${this.direction}:${stageIndex}:${stepIndex}`, type);
        if (type === 'config-update') {
          this.configSent = true;
          this.healthConfirmed = false;
          this.move(event, 'sent', null);
        }
        break;
      }
      case 'StepSucceeded': {
        this.stepEvent(event);
        const { stageIndex, stepIndex } = event.payload;
        const key = `${this.direction}:${stageIndex}`;
        if (!this.begun.has(key)) this.wrong('announced', event, 'without a StepStarted');
        this.succeeded.add(key);
        if (this.#stepTypes.get(`${key}:${stepIndex}`) === 'health-check') this.healthConfirmed = true;
        this.openStep = null;
        break;
      }
      case 'StepFailed':
        this.stepEvent(event);
        if (event.payload.failure.errorType !== 'IN_DOUBT') this.openStep = null;
        break;
      default:
    }
  }

  private ask(event: CommittedEvent & { kind: keyof typeof ASKS }): void {
    if (this.request !== null) this.wrong('request', event, `while ${this.request} is open`);
    this.request = ASKS[event.kind];
  }

  private retry(event: CommittedEvent & { kind: 'TaskRetryStarted' }): void {
    const { fromCheckpoint, retryCount, stageIndex } = event.payload;
    if (this.request !== 'retry') this.wrong('request', event, 'grants a retry that is not open');
    if (stageIndex !== (fromCheckpoint ? this.stageIndex : 0))
      this.wrong('stages', event, `starts at stage ${stageIndex}, with ${this.stageIndex} done`);
    const inDoubt = this.#inDoubt && fromCheckpoint;
    this.rest();
    this.#inDoubt = inDoubt;
    // What the operator decided about the step in doubt is not in the event.
    if (inDoubt) this.openStep = 'unsure';
    this.started = true;
    this.direction = 'forward';
    this.attempt += 1;
    this.retryCount += 1;
    if (this.retryCount !== retryCount)
      this.wrong('state', event, `counts ${retryCount}, not ${this.retryCount}`);
    this.stageIndex = stageIndex;
    this.configSent &&= fromCheckpoint;
    this.healthConfirmed &&= fromCheckpoint;
  }

  private rest(): void {
    this.request = null;
    this.heldBy = null;
    this.openStage = null;
    this.openStep = null;
    this.#inDoubt = false;
  }

  private end(event: CommittedEvent): void {
    const all = this.record.task.stages.length;
    if (this.openStage !== null || this.stageIndex !== all)
      this.wrong('stages', event, `with ${this.stageIndex} of ${all} stages done`);
    this.openStep = null;
    const forward = event.kind === 'TaskCompleted';
    const version = forward ? this.record.targetVersion : (this.record.task.previous?.version ?? null);
    this.move(event, forward ? 'completed' : 'rolledBack', version);
  }

  private move(event: CommittedEvent, kind: VersionMove['kind'], version: string | null): void {
    const at = event.at.getTime();
    this.moves.push({
      ...{ at, storedAt: event.storedAt ?? at, kind, version },
      confirmed: this.healthConfirmed,
    });
  }

  private stageEvent(event: CommittedEvent, direction: TaskState['direction']): void {
    const { stage, stageIndex } = event.payload as { stage: string; stageIndex: number };
    this.checkName(event, stage, stageIndex);
    if (direction !== this.direction) this.wrong('stages', event, `while the task goes ${this.direction}`);
    if (stageIndex !== this.stageIndex)
      this.wrong('stages', event, `is about stage ${stageIndex}, with ${this.stageIndex} done`);
  }

  private stepEvent(event: CommittedEvent): void {
    const { stage, stageIndex } = event.payload as { stage: string; stageIndex: number };
    this.checkName(event, stage, stageIndex);
    if (this.openStage === null && this.#inDoubt) this.openStage = this.stageIndex;
    if (this.openStage !== stageIndex)
      this.wrong('stages', event, `is about stage ${stageIndex}, open is ${this.openStage ?? 'none'}`);
  }

  /** An end that was meant for the stage before would pass for that of the next. */
  private checkName(event: CommittedEvent, stage: string, stageIndex: number): void {
    const name = this.record.task.stages[stageIndex];
    if (stage !== name) this.wrong('stages', event, `of ${stage} is told of stage ${stageIndex}, ${name}`);
  }

  private stageDone(): void {
    this.stageIndex += 1;
    this.openStage = null;
    this.openStep = null;
    this.#inDoubt = false;
  }

  /**
   * Event time is when a decision was made, a moment before it was stored. So a task provably holds its tenant from the
   * first event after the commit that took it, to the event that gave it back.
   */
  private followHold(event: CommittedEvent, before: TaskStatus): void {
    const held = this.#holdingFrom !== null;
    const holds = occupiesSlot(this.status) || (this.status === 'PAUSED' && this.started);
    const at = event.at.getTime();
    const from = this.#holdingFrom;
    if (from && from.at === null && from.commitId !== event.commitId) from.at = at;
    if (!held && holds && before !== this.status) this.#holdingFrom = { commitId: event.commitId, at: null };
    if (from && !holds) {
      if (from.at !== null) this.holding.push({ from: from.at, until: at });
      this.#holdingFrom = null;
    }
    if (from && holds && from.at !== null) this.#lastHeld = at;
  }

  /** The spans in which the task provably held its tenant, with the one that is not over. */
  heldSpans(): { from: number; until: number }[] {
    const from = this.#holdingFrom?.at ?? null;
    return from === null ? this.holding : [...this.holding, { from, until: Math.max(from, this.#lastHeld) }];
  }

  /**
   * The first claim after an admission is told by a heartbeat, or by the first stage where the admission claims; every
   * later one by a recovery with its epoch.
   */
  private followEpoch(event: CommittedEvent, before: TaskStatus): void {
    if (!occupiesSlot(before)) {
      if (occupiesSlot(this.status)) this.#unclaimed = event.commitId;
      return;
    }
    const told = event.kind === 'TaskProgress' && event.commitId !== this.#unclaimed;
    const first = told || (event.kind === 'StageStarted' && event.commitId === this.#unclaimed);
    if (event.kind === 'TaskRecovered') {
      const expected = this.epoch + 1;
      if (this.#unclaimed !== null || event.payload.epoch !== expected)
        this.wrong('recovery', event, `takes epoch ${event.payload.epoch}, not ${expected}`);
      this.#unclaimed = null;
      this.epoch = event.payload.epoch;
    } else if (this.#unclaimed !== null && first) {
      this.#unclaimed = null;
      this.epoch += 1;
    }
    if (this.#unclaimed !== null) return;
    const attempts = this.attemptsOf.get(this.epoch) ?? new Set();
    this.attemptsOf.set(this.epoch, attempts.add(this.attempt));
  }
}

/** The kinds that ask for something. */
const ASKS = {
  PauseRequested: 'pause',
  ResumeRequested: 'resume',
  CancelRequested: 'cancel',
  RetryRequested: 'retry',
  RollbackRequested: 'rollback',
} as const satisfies Partial<Record<CommittedEvent['kind'], RequestKind>>;

/** The kinds that move a task, and where to. All others happen within a status. */
const LEADS_TO: Partial<Record<CommittedEvent['kind'], readonly TaskStatus[]>> = {
  TaskCreated: ['VALIDATING'],
  TaskValidated: ['PENDING'],
  TaskValidationFailed: ['VALIDATION_FAILED'],
  TaskStarted: ['RUNNING'],
  TaskPaused: ['PAUSED'],
  TaskResumed: ['RUNNING', 'PENDING'],
  TaskCompleted: ['COMPLETED'],
  TaskFailed: ['FAILED'],
  TaskCancelled: ['CANCELLED'],
  TaskRetryStarted: ['RUNNING'],
  TaskRollingBack: ['ROLLING_BACK'],
  TaskRolledBack: ['ROLLED_BACK'],
  TaskRollbackFailed: ['ROLLBACK_FAILED'],
};
