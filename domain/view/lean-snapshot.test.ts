import { expect, it } from 'vitest';
import { applyEvents } from './apply-event';
import { fullSnapshot, leanSnapshot } from './lean-snapshot';
import type { LiveEvent, PlanSnapshot, TaskView } from './plan-view';
import { pendingTask } from './testing/pending-task';

const AT = '2026-07-01T10:00:00.000Z';

const rolledBack: TaskView = {
  ...pendingTask(2),
  wave: 1,
  status: 'ROLLED_BACK',
  direction: 'rollback',
  stageIndex: 1,
  currentStage: 'Config',
  attempt: 2,
  retryCount: 1,
  request: { kind: 'retry', by: 'Li Wei', at: AT, reason: null, fromCheckpoint: true },
  failure: {
    errorType: 'NETWORK',
    code: 'RESET',
    message: 'gone',
    at: AT,
    retryable: true,
    step: 'send',
    instance: null,
  },
  counted: { at: AT, stage: 'Config', step: null, code: 'RESET' },
  stageStarted: true,
  configSent: true,
  startedAt: AT,
  endedAt: AT,
  durationMillis: 0,
  heartbeatAt: AT,
  previousVersion: 'v1',
  newerTaskStarted: true,
  lane: { segments: [], pauses: [{ from: AT, to: null }], run: 2 },
  probe: { round: 1, rounds: 10, instances: [], at: AT },
};

const snapshot = {
  planSeq: 10,
  now: AT,
  plan: { planId: 'PLN-1' },
  tasks: [pendingTask(1), rolledBack],
} as PlanSnapshot;

const travelled = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

it('comes out as it went in', () => {
  expect(fullSnapshot(travelled(leanSnapshot(snapshot)))).toEqual(snapshot);
  expect(fullSnapshot(travelled(snapshot))).toEqual(snapshot);
});

it('says nothing of a task that nothing happened to but who it is', () => {
  expect(Object.keys(leanSnapshot(snapshot).tasks[0] ?? {})).toEqual([
    'taskId',
    'tenantId',
    'tenantName',
    'ordinal',
  ]);
});

it('knows what is usual also in the objects of a row, whatever the order of their keys', () => {
  const read = { ...pendingTask(3), sent: { config: {}, calls: false }, worked: { since: null, millis: 0 } };
  const started = { ...read, sent: { calls: true, config: {} } };
  const [lean, other] = leanSnapshot({ ...snapshot, tasks: [read, started] }).tasks;
  expect(lean).not.toHaveProperty('sent');
  expect(lean).not.toHaveProperty('worked');
  expect(other).toHaveProperty('sent', { calls: true, config: {} });
});

it('makes anew only what an event changed', () => {
  const before = leanSnapshot(snapshot);
  const event = {
    planId: 'PLN-1',
    planSeq: 11,
    taskId: 'PLN-1.1',
    kind: 'TaskStarted',
    status: 'RUNNING',
    actor: 'executor',
    at: AT,
    payload: {},
    change: { startedAt: AT },
  } as LiveEvent;
  const after = leanSnapshot(applyEvents(snapshot, [event]).snapshot);
  expect(after.tasks[1]).toBe(before.tasks[1]);
  expect(after.tasks[0]).toMatchObject({ status: 'RUNNING', startedAt: AT });
});
