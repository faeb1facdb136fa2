import { describe, expect, it } from 'vitest';
import { applyEvents } from './apply-event';
import type { LiveEvent } from './plan-view';
import { Replay } from './replay';
import { liveEvent } from './testing/live-event';
import { AT, snapshotOf } from './testing/plan-snapshot';

const created: LiveEvent[] = [
  liveEvent(1, 'PlanCreated', 'VALIDATING', { tasks: 1 }, { taskId: null }),
  liveEvent(2, 'PlanValidated', 'READY', { valid: 1, invalid: 0 }, { taskId: null }),
  liveEvent(3, 'TaskCreated', 'VALIDATING', { ordinal: 1 }),
  liveEvent(4, 'TaskValidated', 'PENDING', { warnings: [] }),
];
const ran: LiveEvent[] = [
  liveEvent(
    5,
    'PlanStarted',
    'RUNNING',
    {},
    { taskId: null, change: { startedAt: AT } as LiveEvent['change'] },
  ),
  liveEvent(
    6,
    'ConcurrencyChanged',
    'RUNNING',
    { from: 5, to: 9 },
    { taskId: null, change: { maxConcurrency: 9 } as LiveEvent['change'] },
  ),
  liveEvent(
    7,
    'TaskStarted',
    'RUNNING',
    { totalStages: 2 },
    { change: { startedAt: AT } as LiveEvent['change'] },
  ),
];
const events = [...created, ...ran];

describe('a replay', () => {
  const start = { ...snapshotOf([{ status: 'PENDING' }], { status: 'READY', startedAt: null }), planSeq: 4 };
  const end = applyEvents(start, events).snapshot;
  const replay = new Replay(end, events);

  it('ends where the plan is', () => {
    expect(replay.at(replay.last)).toEqual(end);
  });

  it('knows nothing of what came later', () => {
    const before = replay.at(4);
    expect(before.plan).toMatchObject({ status: 'READY', startedAt: null, maxConcurrency: 5 });
    expect(before.tasks[0]).toMatchObject({ status: 'PENDING', startedAt: null });
    expect(before.now).toBe(created[3]?.at);
  });

  it('begins when the plan was started', () => {
    expect([replay.first, replay.last]).toEqual([5, 7]);
    expect(new Replay(start, created).first).toBe(4);
  });

  it('finds the last event up to a moment', () => {
    expect(replay.seqAt(replay.timeOf(6), 1)).toBe(6);
    expect(replay.seqAt(replay.timeOf(6) - 1, 1)).toBe(5);
    expect(replay.seqAt(Number.MAX_SAFE_INTEGER, 1)).toBe(7);
  });
});

it('shows the same however it came to a moment', () => {
  const beats = Array.from({ length: 3500 }, (_, index) =>
    liveEvent(8 + index, 'TaskProgress', 'RUNNING', {
      currentStage: 'Canary',
      completedStages: 0,
      totalStages: 2,
      percent: index % 100,
    }),
  );
  const all = [...events, ...beats];
  const end = applyEvents({ ...snapshotOf([{}]), planSeq: 4 }, all).snapshot;
  const [straight, wandering] = [new Replay(end, all), new Replay(end, all)];
  for (const seq of [3000, 12, 3507, 999, 1000, 1001, 0]) wandering.at(seq);
  for (const seq of [0, 5, 999, 1000, 2500, 3507]) expect(wandering.at(seq)).toEqual(straight.at(seq));
  expect(straight.at(99_999).planSeq).toBe(3507);
});
