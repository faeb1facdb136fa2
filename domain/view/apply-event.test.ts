import { describe, expect, it } from 'vitest';
import type { EventKind, EventPayloads } from '@/domain/events';
import { DEFAULT_POLICIES } from '@/domain/policies/choice';
import { applyEvent, applyEvents } from './apply-event';
import type { LiveEvent, PlanSnapshot, TaskView } from './plan-view';
import { pendingTask } from './testing/pending-task';

const AT = '2026-01-01T10:00:00.000Z';

const task: TaskView = {
  ...pendingTask(1),
  tenantId: 'acme',
  tenantName: 'Acme',
  previousVersion: 'v1',
};

const start: PlanSnapshot = {
  planSeq: 10,
  now: AT,
  plan: {
    planId: 'PLN-1',
    name: 'Plan',
    status: 'RUNNING',
    intent: 'none',
    intentBy: null,
    halted: null,
    maxConcurrency: 5,
    maxRetry: 3,
    unitId: 'edge',
    unitName: 'Edge',
    version: 'v2',
    playbookId: 'p',
    playbookVersion: 1,
    stages: ['Canary', 'All'],
    createdBy: 'Li Wei',
    createdAt: AT,
    startedAt: AT,
    startAt: null,
    startBy: null,
    endedAt: null,
    policies: DEFAULT_POLICIES,
    waves: [],
    approvals: {},
    driftGuard: true,
    thresholds: {},
    wave: 0,
    lastWave: 0,
    bakeUntil: null,
    eventsRemovedAt: null,
  },
  tasks: [task, { ...task, taskId: 'PLN-1.2', tenantId: 'blue', ordinal: 2 }],
};

function event<K extends EventKind>(
  planSeq: number,
  kind: K,
  status: LiveEvent['status'],
  payload: EventPayloads[K],
  over: { taskId?: string | null; actor?: string } = {},
): LiveEvent {
  return {
    eventId: String(planSeq),
    planId: 'PLN-1',
    planSeq,
    taskId: 'PLN-1.1',
    tenantId: 'acme',
    sequenceId: planSeq,
    kind,
    status,
    actor: 'executor',
    at: new Date(Date.parse(AT) + planSeq * 1000).toISOString(),
    message: '',
    payload,
    ...over,
  } as LiveEvent;
}

const failure = {
  errorType: 'NETWORK',
  code: 'X',
  message: '503',
  at: AT,
  retryable: true,
  step: 's',
  instance: null,
} as const;

it('drops what it has seen and reports a hole', () => {
  expect(applyEvent(start, event(10, 'TaskStarted', 'RUNNING', { totalStages: 2 }))).toBe(start);
  expect(applyEvent(start, event(12, 'TaskStarted', 'RUNNING', { totalStages: 2 }))).toBe('gap');
});

it('applies up to the hole', () => {
  const { snapshot, gap } = applyEvents(start, [
    event(11, 'TaskStarted', 'RUNNING', { totalStages: 2 }),
    event(13, 'StageStarted', 'RUNNING', { stage: 'Canary', stageIndex: 0 }),
  ]);
  expect(gap).toBe(true);
  expect(snapshot.planSeq).toBe(11);
  expect(snapshot.tasks[0]?.status).toBe('RUNNING');
  expect(snapshot.tasks[1]).toBe(start.tasks[1]);
});

it('follows a task through failure, retry and rollback', () => {
  const failed = applyEvents(start, [
    event(11, 'TaskStarted', 'RUNNING', { totalStages: 2 }),
    event(12, 'StageStarted', 'RUNNING', { stage: 'Canary', stageIndex: 0 }),
    event(13, 'StageSucceeded', 'RUNNING', { stage: 'Canary', stageIndex: 0, durationMillis: 1000 }),
    event(14, 'StageStarted', 'RUNNING', { stage: 'All', stageIndex: 1 }),
    event(15, 'StageFailed', 'RUNNING', { stage: 'All', stageIndex: 1, failure }),
    event(16, 'TaskFailed', 'FAILED', {
      failure,
      failedStage: 'All',
      completedStages: 1,
      durationMillis: 900,
    }),
  ]).snapshot;
  expect(failed.tasks[0]).toMatchObject({
    status: 'FAILED',
    stageIndex: 1,
    failure,
    durationMillis: 900,
    attempt: 1,
    stageStarted: true,
  });
  const retried = applyEvents(failed, [
    event(
      17,
      'RetryRequested',
      'FAILED',
      { by: 'Ann', reason: null, fromCheckpoint: true },
      { actor: 'Ann' },
    ),
  ]).snapshot;
  expect(retried.tasks[0]?.request).toMatchObject({ kind: 'retry', by: 'Ann', fromCheckpoint: true });
  const back = applyEvents(retried, [
    event(18, 'TaskRetryStarted', 'RUNNING', { fromCheckpoint: true, retryCount: 1, stageIndex: 1 }),
    event(19, 'TaskRollingBack', 'ROLLING_BACK', { reason: '', stages: [] }),
  ]).snapshot;
  expect(back.tasks[0]).toMatchObject({
    direction: 'rollback',
    stageIndex: 0,
    attempt: 3,
    request: null,
    endedAt: null,
    failure: null,
  });
  expect(back.tasks[0]?.lane.segments).toHaveLength(2);
});

it('keeps the intent of a plan apart from its status', () => {
  const own = { taskId: null, actor: 'Ann' };
  const asked = applyEvents(start, [
    event(11, 'PauseRequested', 'RUNNING', { by: 'Ann', reason: null }, own),
  ]);
  expect(asked.snapshot.plan).toMatchObject({ status: 'RUNNING', intent: 'pause', intentBy: 'Ann' });
  const on = applyEvents(asked.snapshot, [
    event(12, 'PlanPaused', 'PAUSED', { by: 'Ann' }, { taskId: null }),
    event(13, 'PlanResumed', 'RUNNING', { by: 'Ann' }, own),
    event(14, 'ConcurrencyChanged', 'RUNNING', { from: 5, to: 9 }, own),
    event(15, 'PlanCompleted', 'COMPLETED', { completed: 2 }, { taskId: null }),
  ]).snapshot;
  expect(on.plan).toMatchObject({ status: 'COMPLETED', intent: 'none', maxConcurrency: 9 });
  expect(on.plan.endedAt).not.toBeNull();
});

it('gives a task whose resume with its plan is taken back to the operator', () => {
  const held = { by: 'plan', heldBy: 'plan', currentStage: 'All' } as const;
  const { snapshot } = applyEvents(start, [
    event(11, 'TaskPaused', 'PAUSED', held),
    event(12, 'ResumeRequested', 'PAUSED', { by: 'Ann', reason: null }),
    event(13, 'RequestWithdrawn', 'PAUSED', { kind: 'resume', by: 'Ann', reason: '' }),
  ]);
  expect(snapshot.tasks[0]).toMatchObject({ heldBy: 'operator', request: null });
});

describe('a resume of a halted plan', () => {
  const halted = { by: 'Ann', reason: 'Too many failures', at: AT };
  const plan = { ...start.plan, intent: 'rollback', intentBy: 'Ann', halted } as const;
  const resumed = (before: PlanSnapshot['plan'], status: LiveEvent['status'], actor: string) =>
    applyEvents({ ...start, plan: before }, [
      event(11, 'PlanResumed', status, { by: actor }, { taskId: null, actor }),
    ]).snapshot.plan;
  const ended = { ...plan, status: 'PARTIAL_FAILED', endedAt: AT } as const;

  it('lifts the halt and keeps the intent, while it runs and after it has ended', () => {
    const lifted = { halted: null, intent: 'rollback', intentBy: 'Ann' };
    expect(resumed(plan, 'RUNNING', 'Ben')).toMatchObject({ ...lifted, endedAt: null });
    expect(resumed(ended, 'PARTIAL_FAILED', 'Ben')).toMatchObject({ ...lifted, endedAt: AT });
  });

  it('that opens an ended one again keeps the halt and drops the intent', () => {
    const opened = { halted, status: 'RUNNING', intent: 'none', intentBy: null, endedAt: null };
    expect(resumed(ended, 'RUNNING', 'Ben')).toMatchObject(opened);
  });

  it('changes nothing but the status when the executor tells of it', () => {
    const paused = { ...plan, status: 'PAUSED' } as const;
    expect(resumed(paused, 'RUNNING', 'executor')).toEqual({ ...plan, status: 'RUNNING' });
  });
});
