import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TASK_STATUSES } from '@/domain/task';
import { applyEvents } from '@/domain/view/apply-event';
import type { LiveEvent } from '@/domain/view/plan-view';
import { liveEvent } from '@/domain/view/testing/live-event';
import { AT, snapshotOf } from '@/domain/view/testing/plan-snapshot';
import type { FailureCluster } from './failure-clusters';
import type { LaneFilter, LaneHeights, LaneOrder } from './lane-order';
import { PlanStore } from './plan-store';

const TASKS = 12;
const HEIGHTS: LaneHeights = { lane: 45, notes: [20, 15, 0], section: 30 };
const start = {
  ...snapshotOf(Array.from({ length: TASKS }, (_, index) => ({ tenantId: `t${index}`, wave: index % 3 }))),
  planSeq: 0,
};

const failure = fc.record({
  errorType: fc.constantFrom('BUSINESS' as const, 'IN_DOUBT' as const, 'DRIFT' as const),
  code: fc.constant('X'),
  message: fc.constantFrom('503 after 12 ms', 'no answer of t1', 'bad'),
  at: fc.constant(AT),
  retryable: fc.boolean(),
  step: fc.constantFrom('send', null),
  instance: fc.constant(null),
});
const request = fc.record({
  kind: fc.constantFrom('rollback' as const, 'pause' as const),
  by: fc.constant('Ann'),
  at: fc.constant(AT),
  reason: fc.constant(null),
  fromCheckpoint: fc.boolean(),
});
/** What an event may carry of a task, whether or not the machine would ever do so. */
const change = fc.record(
  {
    failure: fc.option(failure),
    request: fc.option(request),
    counted: fc.constantFrom(null, { at: AT, stage: 'Canary', step: null, code: 'X' }),
    heldBy: fc.constantFrom(null, 'approval' as const, 'policy' as const),
    direction: fc.constantFrom('forward' as const, 'rollback' as const),
    stageIndex: fc.nat(2),
    currentStage: fc.constantFrom(null, 'Canary'),
    stageStarted: fc.boolean(),
    sent: fc.boolean().map((calls) => ({ config: {}, calls })),
    previous: fc.constantFrom(null, { unitId: 'edge', unitName: 'Edge', version: 'v1' }),
    endedAt: fc.constantFrom(null, AT, '2026-01-01T10:00:09.000Z'),
    durationMillis: fc.option(fc.nat(1000)),
  },
  { requiredKeys: [] },
);
const happening = fc.record({
  ordinal: fc.integer({ min: 1, max: TASKS }),
  status: fc.constantFrom(...TASK_STATUSES),
  kind: fc.constantFrom(
    'TaskProgress' as const,
    'StageStarted' as const,
    'StageSucceeded' as const,
    'TaskPaused' as const,
    'TaskResumed' as const,
  ),
  change,
});
const filters = fc.record({
  status: fc.constantFrom<LaneFilter['status']>([], ['FAILED', 'PENDING'], ['RUNNING']),
  q: fc.constantFrom('', 't1', 'Tenant 2'),
  attention: fc.boolean(),
  group: fc.constantFrom<LaneFilter['group']>('none', 'wave', 'failure', 'label:region'),
  labels: fc.constant(Array.from({ length: TASKS }, (_, index) => ['eu', 'us', null][index % 3] ?? null)),
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', () => 0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const GROUPS = ['group wave 0000', 'group wave 0001', 'group z others'];

/** The order of clusters and of their tasks among equals says nothing. */
const alike = (clusters: readonly FailureCluster[]) =>
  clusters
    .map(({ tasks, ...cluster }) => ({ ...cluster, tasks: tasks.map(({ taskId }) => taskId).sort() }))
    .sort((a, b) => b.tasks.length - a.tasks.length || (a.key < b.key ? -1 : 1));

function visitedOf(lanes: LaneOrder): string[] {
  const ids: string[] = [];
  lanes.visit(({ taskId }) => {
    ids.push(taskId);
  });
  return ids;
}

/** Everything the store says of its plan. */
const toldBy = (store: PlanStore, lanes: LaneOrder) => ({
  tasks: store.tasks(),
  figures: store.figures(),
  waves: [0, 1, 2, 3].map((wave) => store.wave(wave)),
  versions: store.versions().sort(),
  lengths: store.recentLengths(),
  failures: store.failures().kinds <= 4 ? alike(store.failures().biggest) : store.failures().kinds,
  ids: lanes.ids(),
  visited: visitedOf(lanes),
  busy: store.busyTimes().until(Date.parse(AT) + 3_600_000),
  tops: Array.from({ length: lanes.rows + 1 }, (_, row) => lanes.topOf(row, HEIGHTS)),
});

it('what is kept up event by event is what is counted from all tasks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(happening, { maxLength: 8 }), { maxLength: 8 }),
      filters,
      fc.nat(8),
      (batches, filter, held) => {
        const store = new PlanStore(start, () => {});
        const lanes = store.lanes(filter);
        // Counted from now on.
        store.busyTimes();
        const all: LiveEvent[] = [];
        for (const [index, batch] of batches.entries()) {
          if (index === held) lanes.hold();
          const events = batch.map(({ ordinal, status, kind, change: carried }, place) =>
            liveEvent(all.length + place + 1, kind, status, {} as never, {
              taskId: `PLN-1.${ordinal}`,
              change: carried as LiveEvent['change'],
            }),
          );
          all.push(...events);
          store.receive(events);
          vi.runAllTimers();
        }
        store.letGo();
        const anew = new PlanStore(applyEvents(start, all).snapshot, () => {});
        expect(toldBy(store, lanes)).toEqual(toldBy(anew, anew.lanes(filter)));
        expect(lanes.length).toBe(lanes.ids().length);
      },
    ),
    { numRuns: 300 },
  );
});

it('finds the lane at any height, and its place', () => {
  fc.assert(
    fc.property(
      fc.array(happening, { maxLength: 20 }),
      filters,
      fc.subarray(GROUPS),
      (events, filter, opened) => {
        const store = new PlanStore(start, () => {});
        store.receive(
          events.map(({ ordinal, status, change: carried }, place) =>
            liveEvent(place + 1, 'TaskProgress', status, {} as never, {
              taskId: `PLN-1.${ordinal}`,
              change: carried as LiveEvent['change'],
            }),
          ),
        );
        vi.runAllTimers();
        const lanes = store.lanes(filter);
        for (const key of opened) store.toggleGroup(key);
        for (let row = 0; row < lanes.rows; row += 1) {
          const [top, below] = [lanes.topOf(row, HEIGHTS), lanes.topOf(row + 1, HEIGHTS)];
          expect(lanes.rowAt(top, HEIGHTS)).toBe(row);
          expect(lanes.rowAt(below - 1, HEIGHTS)).toBe(row);
          expect(lanes.rowOf(lanes.idAt(row) ?? '')).toBe(row);
          if (!lanes.isGrouped) expect(lanes.at(row)?.taskId).toBe(lanes.ids()[row]);
        }
      },
    ),
  );
});

it('shows a group as one row until it is opened', () => {
  const store = new PlanStore(start, () => {});
  const lanes = store.lanes({ status: [], q: '', attention: true, group: 'wave' });
  expect([lanes.rows, lanes.length, lanes.rowOf('PLN-1.2')]).toEqual([3, 12, 1]);
  const key = lanes.idAt(1) ?? '';
  expect(lanes.section(key)).toMatchObject({ open: false, size: 4, one: { taskId: 'PLN-1.2' } });
  store.toggleGroup(key);
  expect([lanes.rows, lanes.rowOf('PLN-1.5'), lanes.at(3)?.taskId]).toEqual([7, 3, 'PLN-1.5']);
  expect([lanes.at(1), lanes.sectionOf('PLN-1.5')]).toEqual([undefined, key]);
  // Open under another filter as well.
  expect(store.lanes({ status: [], q: 't1', attention: true, group: 'wave' }).rows).toBeGreaterThan(3);
});
