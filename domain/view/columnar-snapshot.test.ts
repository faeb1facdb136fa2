import { expect, it } from 'vitest';
import { applyEvents } from './apply-event';
import { fromColumnar } from './columnar-snapshot';
import type { TaskView } from './plan-view';
import { liveEvent } from './testing/live-event';
import { AT, snapshotOf } from './testing/plan-snapshot';
import { toColumnar } from './to-columnar';

const rolledBack: Partial<TaskView> = {
  wave: 1,
  status: 'ROLLED_BACK',
  direction: 'rollback',
  stageIndex: 1,
  currentStage: 'Config',
  request: { kind: 'retry', by: 'Li Wei', at: AT, reason: null, fromCheckpoint: true },
  counted: { at: AT, stage: 'Config', step: null, code: 'RESET' },
  sent: { calls: true, config: {} },
  startedAt: AT,
  heartbeatAt: '2026-01-01T10:00:00.123Z',
  previousVersion: 'v1',
  lane: { segments: [], pauses: [{ from: AT, to: null }], run: 2 },
  probe: { round: 1, rounds: 10, instances: [], at: AT },
};

const snapshot = snapshotOf([
  {},
  rolledBack,
  { tenantId: 'acme', tenantName: 'acme' },
  { taskId: 'PLN-9.7' },
]);
const travelled = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

it('comes out as it went in', () => {
  expect(fromColumnar(travelled(toColumnar(snapshot)))).toEqual(snapshot);
  expect(fromColumnar(travelled(toColumnar(snapshotOf([]))))).toEqual(snapshotOf([]));
});

it('is made anew only when a task has changed', () => {
  const { tasks } = toColumnar(snapshot);
  expect(toColumnar({ ...snapshot, now: '2026-01-01T10:00:05.000Z' })).toMatchObject({
    now: '2026-01-01T10:00:05.000Z',
  });
  expect(toColumnar({ ...snapshot }).tasks).toBe(tasks);
  const { snapshot: after } = applyEvents(snapshot, [
    liveEvent(11, 'TaskStarted', 'RUNNING', { totalStages: 2 }),
  ]);
  expect(fromColumnar(travelled(toColumnar(after)))).toEqual(after);
});
