import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ANY_APPROVER } from './approval';
import type { DomainEvent } from './events';
import { PLAN_INTENTS, type PlanIntent } from './plan-intent';
import { occupiesSlot, REQUEST_KINDS, TASK_STATUS_CHANGES, type TaskState } from './task';
import { type TaskInput, transitionTask } from './task-transition';
import { contextOf, FAILURE, NOW, PLAIN_APPROVAL, taskIn } from './testing-states';

/** One move of the outside world: an operator asks, the plan's intent changes, or the executor gets on. */
type Move =
  | {
      who: 'operator';
      kind: (typeof REQUEST_KINDS)[number] | 'withdraw' | 'approve' | 'reject';
      fromCheckpoint: boolean;
      by: string;
    }
  | { who: 'plan'; intent: PlanIntent }
  | { who: 'executor'; does: 'admit' | 'succeed' | 'fail' | 'skip' | 'ask' | 'wait' | 'die' };

const executor = (...does: Extract<Move, { who: 'executor' }>['does'][]) =>
  fc.record({ who: fc.constant('executor' as const), does: fc.constantFrom(...does) });

const moves = fc.array(
  fc.oneof(
    {
      arbitrary: executor(
        'admit',
        'admit',
        'succeed',
        'succeed',
        'succeed',
        'succeed',
        'fail',
        'skip',
        'ask',
        'wait',
        'die',
      ),
      weight: 9,
    },
    {
      arbitrary: fc.record({
        who: fc.constant('operator' as const),
        kind: fc.constantFrom(...REQUEST_KINDS, 'withdraw' as const, 'approve' as const, 'reject' as const),
        fromCheckpoint: fc.boolean(),
        by: fc.constantFrom('ann', 'bob'),
      }),
      weight: 3,
    },
    {
      arbitrary: fc.record({
        who: fc.constant('plan' as const),
        intent: fc.constantFrom(...PLAN_INTENTS, 'none' as const, 'none' as const),
      }),
      weight: 1,
    },
  ),
  { maxLength: 80, size: 'max' },
);

/** Given by two, or rejected when time is over, which it is at once. */
const OF_TWO = { ...PLAIN_APPROVAL, needs: 2, due: NOW.toISOString() };

const ENDED = ['COMPLETED', 'FAILED', 'CANCELLED', 'ROLLED_BACK', 'ROLLBACK_FAILED'];

/** Plays the world against the machine and checks after every transition what must never be otherwise. */
class Model {
  state: TaskState = taskIn('PENDING');
  intent: PlanIntent = 'none';
  /** Stages completed since the last fresh start: what must not run again. */
  done: number[] = [];
  /** The stage that an approval was asked for and not answered. */
  asked: number | null = null;
  readonly seen = new Set<string>();

  play(move: Move): void {
    if (move.who === 'plan') this.intent = move.intent;
    else if (move.who === 'operator') {
      const { kind, fromCheckpoint, by } = move;
      const approver = { ...ANY_APPROVER, id: by };
      this.apply({ type: kind, actor: by, reason: 'because', fromCheckpoint, approver } as TaskInput);
    } else if (move.does === 'admit') this.apply({ type: 'admit' });
    else if (move.does === 'wait') this.apply({ type: 'approvalDue' });
    else if (occupiesSlot(this.state.status)) this.run(move.does);
  }

  /** As the executor does it: a stage is announced with its first step, and a boundary lies after every stage. */
  private run(does: 'succeed' | 'fail' | 'skip' | 'ask' | 'die'): void {
    if (this.state.openStep === null) {
      if (!this.boundary()) return;
      if (does === 'skip') {
        this.apply({ type: 'stageSkipped', stage: this.stage, reason: 'label' });
        this.boundary();
        return;
      }
      this.apply({ type: 'stageStarted', stage: this.stage });
      if (does === 'ask' && this.state.status === 'RUNNING') {
        this.apply({ type: 'approvalNeeded', stage: this.stage, approval: OF_TWO });
        return;
      }
      this.apply(this.step);
    }
    const { stage } = this;
    const step = { stage, step: 'send', stepIndex: 0 };
    if (does === 'die') {
      this.apply({ type: 'recovered', epoch: 2 });
      this.apply(this.step);
    } else if (does === 'fail') {
      this.apply({ type: 'stepFailed', ...step, stepType: 'config-update', failure: FAILURE, attempts: [] });
      this.apply({ type: 'stageFailed', stage, failure: FAILURE });
    } else {
      this.apply({ type: 'stepSucceeded', ...step, stepType: 'broadcast', detail: '', attempts: [] });
      this.apply({ type: 'stageSucceeded', stage });
      this.boundary();
    }
  }

  private get stage(): string {
    return this.state.stages[this.state.stageIndex] ?? 'none';
  }

  private get step(): TaskInput {
    return { type: 'stepStarted', stage: this.stage, step: 'send', stepIndex: 0, stepType: 'broadcast' };
  }

  private boundary(): boolean {
    this.apply({ type: 'boundary' });
    return occupiesSlot(this.state.status);
  }

  private apply(input: TaskInput): void {
    const before = this.state;
    const frozen = JSON.stringify(before);
    const outcome = transitionTask(contextOf(before, { planIntent: this.intent }), input, NOW);
    expect(JSON.stringify(before)).toBe(frozen);
    if (!outcome.ok) return;
    this.state = outcome.state;
    this.seen.add(outcome.state.status);
    for (const event of outcome.events) this.look(event);
    this.check(before, this.state, outcome.events);
  }

  private look(event: DomainEvent): void {
    if (event.kind === 'TaskPaused' && event.payload.heldBy === 'approval')
      this.asked = this.state.stageIndex;
    if (event.kind === 'TaskRollingBack') this.done = [];
    if (event.kind === 'TaskRetryStarted' && !event.payload.fromCheckpoint) this.done = [];
    if (event.kind === 'StageStarted' || event.kind === 'StageRollingBack')
      expect(this.done).not.toContain(event.payload.stageIndex);
    if (event.kind === 'StageSucceeded' || event.kind === 'StageRolledBack' || event.kind === 'StageSkipped')
      this.done.push(event.payload.stageIndex);
  }

  private check(before: TaskState, after: TaskState, events: DomainEvent[]): void {
    if (after.status !== before.status) expect(TASK_STATUS_CHANGES[before.status]).toContain(after.status);
    // At rest a stage is only done by an approval that was asked for.
    if (before.status === 'PAUSED' && events.some(({ kind }) => kind === 'StageSucceeded'))
      expect(before.stageIndex).toBe(this.asked);
    if (after.stageIndex > before.stageIndex && before.status === 'PAUSED')
      expect(new Set([...(before.approval?.given ?? []).map(({ by }) => by), events[0]?.actor]).size).toBe(2);
    expect(after.approval !== null).toBe(after.heldBy === 'approval');
    expect(after.heldBy === 'approval').toBe(after.status === 'PAUSED' && after.stageIndex === this.asked);
    if (after.status !== 'PAUSED') this.asked = null;
    expect(after.stageIndex).toBeGreaterThanOrEqual(0);
    expect(after.stageIndex).toBeLessThanOrEqual(after.stages.length);
    expect(this.done).toEqual(Array.from({ length: after.stageIndex }, (_, index) => index));
    expect(after.endedAt !== null).toBe(ENDED.includes(after.status));
    expect(after.durationMillis !== null).toBe(ENDED.includes(after.status));
    if (after.status === 'COMPLETED' || after.status === 'ROLLED_BACK')
      expect(after.stageIndex).toBe(after.stages.length);
    expect(after.heldBy !== null).toBe(after.status === 'PAUSED');
    if (after.openStep) expect(occupiesSlot(after.status)).toBe(true);
    if (after.status === 'ROLLING_BACK') expect(after.request).toBeNull();
    expect(after.worked.since !== null).toBe(occupiesSlot(after.status));
    if (after.retry) expect(['RUNNING', 'PAUSED']).toContain(after.status);
    const started = events.filter(({ kind }) =>
      ['TaskStarted', 'TaskRetryStarted', 'TaskRollingBack'].includes(kind),
    );
    expect(after.attempt - before.attempt).toBe(started.length);
    const retried = events.filter(({ kind }) => kind === 'TaskRetryStarted');
    expect(after.retryCount - before.retryCount).toBe(retried.length);
    if (before.startedAt) expect(after.startedAt).toEqual(before.startedAt);
    if (after.status !== before.status) expect(events).not.toEqual([]);
  }
}

it('keeps its promises whatever operators, plan and executor do, in whatever order', {
  timeout: 60_000,
}, () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(moves, (played) => {
      const model = new Model();
      for (const move of played) model.play(move);
      for (const status of model.seen) seen.add(status);
    }),
    { numRuns: 300, seed: 7 },
  );
  // A model that never gets anywhere proves nothing.
  expect([...seen].sort()).toEqual([...ENDED, 'PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK'].sort());
});
