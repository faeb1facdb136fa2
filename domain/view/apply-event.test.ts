import { expect, it } from 'vitest';
import { applyEvent, applyEvents } from './apply-event';
import type { LiveEvent } from './plan-view';
import { liveEvent } from './testing/live-event';
import { AT, snapshotOf } from './testing/plan-snapshot';

const start = snapshotOf([
  { tenantId: 'acme', tenantName: 'Acme', previousVersion: 'v1' },
  { tenantId: 'blue', tenantName: 'Blue', previousVersion: 'v1' },
]);

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
  expect(applyEvent(start, liveEvent(10, 'TaskStarted', 'RUNNING', { totalStages: 2 }))).toBe(start);
  expect(applyEvent(start, liveEvent(12, 'TaskStarted', 'RUNNING', { totalStages: 2 }))).toBe('gap');
});

it('applies up to the hole', () => {
  const { snapshot, gap } = applyEvents(start, [
    liveEvent(11, 'TaskStarted', 'RUNNING', { totalStages: 2 }),
    liveEvent(13, 'StageStarted', 'RUNNING', { stage: 'Canary', stageIndex: 0 }),
  ]);
  expect(gap).toBe(true);
  expect(snapshot.planSeq).toBe(11);
  expect(snapshot.tasks[0]?.status).toBe('RUNNING');
  expect(snapshot.tasks[1]).toBe(start.tasks[1]);
});

it('merges what an event carries into the task, and draws its lane and its last probe', () => {
  const instances = [{ instance: 'a-1', ok: true, version: 'v2', detail: '' }];
  const step = { stage: 'Canary', stageIndex: 0, step: 'look', stepIndex: 0 };
  const { snapshot } = applyEvents(start, [
    liveEvent(11, 'TaskStarted', 'RUNNING', { totalStages: 2 }),
    liveEvent(
      12,
      'StageStarted',
      'RUNNING',
      { stage: 'Canary', stageIndex: 0 },
      {
        change: {
          status: 'RUNNING',
          attempt: 1,
          startedAt: AT,
          stageStarted: true,
          previous: { unitId: 'edge', unitName: 'Edge', version: 'v0' },
        },
      },
    ),
    liveEvent(13, 'ProbeResult', 'RUNNING', { ...step, round: 1, rounds: 3, instances }),
  ]);
  const [followed, other] = snapshot.tasks;
  expect(followed).toMatchObject({
    ...{ status: 'RUNNING', attempt: 1, startedAt: AT, stageStarted: true, previousVersion: 'v0' },
    ...{ heartbeatAt: '2026-01-01T10:00:13.000Z', probe: { round: 1, rounds: 3, instances } },
  });
  expect(followed).not.toHaveProperty('previous');
  expect(followed?.lane).toMatchObject({ run: 1, segments: [{ stage: 'Canary', outcome: 'running' }] });
  expect(other).toBe(start.tasks[1]);
});

it('takes the status of every event, and the state where the commit ends', () => {
  const failing = [
    liveEvent(11, 'StageFailed', 'RUNNING', { stage: 'All', stageIndex: 1, failure }),
    liveEvent(
      12,
      'TaskFailed',
      'FAILED',
      { failure, failedStage: 'All', completedStages: 1, durationMillis: 900 },
      { change: { status: 'FAILED', failure, durationMillis: 900 } },
    ),
  ];
  expect(applyEvents(start, failing.slice(0, 1)).snapshot.tasks[0]).toMatchObject({ failure: null });
  expect(applyEvents(start, failing).snapshot.tasks[0]).toMatchObject({ status: 'FAILED', failure });
});

const annAsks = (status: LiveEvent['status'], over: Partial<LiveEvent>) =>
  liveEvent(11, 'PauseRequested', status, { by: 'Ann', reason: null }, { actor: 'Ann', ...over });

it('does not count a command of an operator as a beat', () => {
  const asked = annAsks('PENDING', { change: { request: null } });
  expect(applyEvents(start, [asked]).snapshot.tasks[0]?.heartbeatAt).toBeNull();
});

it('merges what an event of its own carries into the plan', () => {
  const asked = annAsks('RUNNING', { taskId: null, change: { intent: 'pause', intentBy: 'Ann' } });
  const { plan, tasks } = applyEvents(start, [asked]).snapshot;
  expect(plan).toEqual({ ...start.plan, intent: 'pause', intentBy: 'Ann' });
  expect(tasks).toBe(start.tasks);
});
