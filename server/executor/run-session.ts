import { randomUUID } from 'node:crypto';
import type { Database } from '@/db/client';
import { isConnectionLoss } from '@/db/connection-loss';
import { readTask, type TaskWithContext } from '@/db/queries/runs';
import type { DomainEvent } from '@/domain/events';
import type { Rejection } from '@/domain/rejection';
import { effectiveSetting } from '@/domain/settings';
import type { OpenRequest, RuntimeFlags, TaskState } from '@/domain/task';
import type { TaskInput, TaskMachine } from '@/domain/task-transition';
import type { TaskChange } from '@/server/commands/commit';
import type { Committer } from '@/server/commands/commit-transition';
import { runtimeFlags } from '@/server/commands/runtime-flags';
import { taskChange } from '@/server/commands/task-change';
import type { BaseLayers } from '@/server/settings/live-settings';
import { RunLost } from '@/server/steps/run-lost';
import { StepStopped } from '@/server/steps/step-stopped';
import type { DatabaseClock } from './database-clock';

/** The task moved on under another process: whatever this one does is no longer its business. */
export class Fenced extends RunLost {
  override readonly name = 'Fenced';
}

/** The state machine refused what the run wanted to do. After a fresh read this is a stop, never a forced write. */
class RunRefused extends Error {
  override readonly name = 'RunRefused';
  constructor(readonly rejection: Rejection) {
    super(rejection.message);
  }
}

/** A draft of one commit: inputs are applied in order, their events ride together. */
export class Draft {
  readonly events: DomainEvent[] = [];
  /** It pointed at stage data at some time: also what was saved for this very commit is to be dropped with it. */
  hadData = false;

  constructor(
    public state: TaskState,
    private readonly flags: RuntimeFlags,
    readonly now: Date,
    private readonly transition: TaskMachine,
  ) {}

  /** Takes the input in, or says why the machine refuses it; nothing is changed then. */
  attempt(input: TaskInput): Rejection | null {
    const context = { task: this.state, flags: this.flags, totalStages: this.state.stages.length };
    const outcome = this.transition(context, input, this.now);
    if (!outcome.ok) return outcome.rejection;
    this.state = outcome.state;
    this.hadData ||= outcome.state.dataAt !== null;
    this.events.push(...outcome.events);
    return null;
  }

  apply(input: TaskInput): TaskState {
    const rejection = this.attempt(input);
    if (rejection) throw new RunRefused(rejection);
    return this.state;
  }
}

type Extra = Pick<TaskChange, 'claim' | 'beat' | 'nodeId'>;

const RETRY_AFTER_LOST_ANSWER_MS = [50, 100, 200, 500, 1000];

export interface SessionDeps {
  db: Database;
  committer: Committer;
  clock: DatabaseClock;
  layers(): BaseLayers;
  transition: TaskMachine;
  delay(millis: number, signal: AbortSignal): Promise<void>;
}

/**
 * One process's hold on one run. Every write names task, revision and epoch; a conflict is decided anew on the row as
 * it is, a lost answer is looked up by its commitId before anything is decided again (SPEC 7).
 */
export class RunSession {
  #stepStop: AbortController | null = null;

  constructor(
    private readonly deps: SessionDeps,
    private read: TaskWithContext,
    private readonly signal: AbortSignal,
  ) {
    deps.clock.sync(read.now);
  }

  get state(): TaskState {
    return this.read.task;
  }

  get epoch(): number {
    return this.read.epoch;
  }

  /** The plan is being cancelled or rolled back. */
  get planLeaves(): boolean {
    const { planIntent } = this.read.flags;
    return planIntent === 'cancel' || planIntent === 'rollback';
  }

  /** Whether somebody has taken this run over already, as last read or written. */
  get claimed(): boolean {
    return this.read.claimed;
  }

  /** Decides on the current row and writes; decides again if the row moved. Throws {@link Fenced} when the run is lost. */
  async commit(decide: (draft: Draft) => void, extra: (draft: Draft) => Extra = () => ({})): Promise<void> {
    for (;;) {
      this.signal.throwIfAborted();
      const draft = new Draft(
        this.read.task,
        this.runtimeFlags(),
        this.deps.clock.now(),
        this.deps.transition,
      );
      decide(draft);
      const change: TaskChange = {
        ...taskChange(this.read, draft.state, draft.events),
        ...(draft.hadData && !draft.state.dataAt ? { dropsData: { direction: this.state.direction } } : {}),
        planRevision: this.read.planRevision,
        epoch: this.read.epoch,
        ...extra(draft),
      };
      if (await this.write(change, draft.state)) return;
    }
  }

  /** What was asked of the task or its plan since, read afresh and granted by nobody here. */
  async requested(): Promise<{ pause: boolean; cancel: boolean; rollback: boolean }> {
    const fresh = await readTask(this.deps.db, this.read.task.taskId);
    if (!fresh || fresh.epoch !== this.read.epoch) throw new Fenced(this.read.task.taskId);
    const asked = (kind: 'pause' | 'cancel' | 'rollback') =>
      fresh.task.request?.kind === kind || fresh.flags.planIntent === kind;
    return { pause: asked('pause'), cancel: asked('cancel'), rollback: asked('rollback') };
  }

  /** Between two signs of life, as the playbook and the layers around it say (SPEC 8). */
  get heartbeatSeconds(): number {
    return effectiveSetting({ ...this.read.layers, ...this.deps.layers() }, 'heartbeatSeconds').value;
  }

  /**
   * One heartbeat, to be written together with those of other runs. It names the revision: without, one that is under
   * way while the run stores its end would be told after it.
   */
  heartbeat(): TaskChange {
    const { task, epoch, revision } = this.read;
    const draft = new Draft(task, this.runtimeFlags(), this.deps.clock.now(), this.deps.transition);
    draft.apply({ type: 'heartbeat' });
    const { taskId, planId, tenantId } = task;
    return { taskId, planId, tenantId, epoch, revision, events: draft.events, beat: true };
  }

  /** The row moved on, by a request or by what the run just stored: reads it anew unless the run knows better. */
  async catchUp(): Promise<void> {
    const fresh = await readTask(this.deps.db, this.read.task.taskId);
    if (!fresh || fresh.epoch !== this.read.epoch) throw new Fenced(this.read.task.taskId);
    if (fresh.revision > this.read.revision) this.read = fresh;
  }

  /** Lets a step be ended by {@link stop} while `work` is under way; at once when that is asked for already. */
  async stoppable<T>(stop: AbortController, work: () => Promise<T>): Promise<T> {
    this.#stepStop = stop;
    const { request } = this.read.task;
    if (request?.now) this.stop(request);
    try {
      return await work();
    } finally {
      this.#stepStop = null;
    }
  }

  /** Somebody does not want to wait for the stage: ends the step under way, if there is one. */
  stop({ by, reason }: Pick<OpenRequest, 'by' | 'reason'>): void {
    // Asked of the way forward, it may have been granted since it was looked up.
    if (this.read.task.status === 'RUNNING') this.#stepStop?.abort(new StepStopped(by, reason));
  }

  /** True when it is written, false when it must be decided again on the row that was read meanwhile. */
  private async write(change: TaskChange, state: TaskState): Promise<boolean> {
    const { taskId } = this.read.task;
    const commitId = randomUUID();
    // A heartbeat may read the row anew meanwhile, with the events of this commit in it.
    const before = this.read;
    const result = await this.deps.committer
      .commitTransition({ atomic: false, plans: [], tasks: [change] }, commitId)
      .catch((error: unknown) => this.answerLost(error, change, commitId, before));
    if (result === 'stored') return true;
    if (result === 'unknown') return false;
    this.deps.clock.sync(result.now);
    const outcome = result.tasks[taskId];
    if (outcome?.ok) {
      const { revision, epoch, sequenceId } = outcome;
      // Only a decision knows the row it leaves. What else is stored must not pass for having seen a request that came
      // in between: the next decision would overwrite it.
      const known = change.state ? { task: state, revision } : {};
      this.read = { ...this.read, ...known, epoch, sequenceId };
      return true;
    }
    if (outcome?.refusal !== 'conflict') throw new Fenced(`${taskId}: ${outcome?.refusal ?? 'missing'}`);
    await this.refresh(change.claim === true);
    return false;
  }

  /** No answer came: the commit may have been stored all the same. */
  private async answerLost(
    error: unknown,
    change: TaskChange,
    commitId: string,
    before: TaskWithContext,
  ): Promise<'stored' | 'unknown'> {
    // The database did answer, and refused the statement: asking again would only fail again.
    if (!isConnectionLoss(error)) throw error;
    for (let tries = 0; ; tries += 1) {
      this.signal.throwIfAborted();
      try {
        const stored = await this.deps.committer.wasCommitted(change.taskId, commitId, before.sequenceId);
        if (stored) {
          const fresh = await readTask(this.deps.db, change.taskId);
          const expected = before.epoch + (change.claim ? 1 : 0);
          if (!fresh || fresh.epoch !== expected) throw new Fenced(change.taskId);
          this.read = fresh;
          return 'stored';
        }
        await this.refresh(false);
        return 'unknown';
      } catch (again) {
        if (again instanceof Fenced || !isConnectionLoss(again)) throw again;
        const pause =
          RETRY_AFTER_LOST_ANSWER_MS[Math.min(tries, RETRY_AFTER_LOST_ANSWER_MS.length - 1)] ?? 1000;
        await this.deps.delay(pause, this.signal);
      }
    }
  }

  private async refresh(claiming: boolean): Promise<void> {
    const fresh = await readTask(this.deps.db, this.read.task.taskId);
    // While claiming nobody is expected to have claimed before us; later nobody may have at all.
    if (!fresh || fresh.epoch !== this.read.epoch)
      throw new Fenced(`${this.read.task.taskId}${claiming ? ' (claim)' : ''}`);
    this.deps.clock.sync(fresh.now);
    this.read = fresh;
  }

  private runtimeFlags(): RuntimeFlags {
    return runtimeFlags(this.read, this.deps.layers());
  }
}
