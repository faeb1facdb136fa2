import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure } from '@/domain/failure';
import { countTasks } from '@/domain/plan';
import { remainingOf } from '@/domain/remaining';
import { TASK_STATUSES, type TaskStatus } from '@/domain/task';
import { taskIn } from '@/domain/testing-states';
import type { TaskView } from '@/domain/view/plan-view';
import { taskStateOf } from '@/domain/view/state-of';
import { AT, runningPlan, snapshotOf } from '@/domain/view/testing/plan-snapshot';
import { FailureClusters } from './failure-clusters';
import { type LaneFilter, LaneOrder } from './lane-order';
import { RecentEnds } from './recent-ends';
import { figuresOf, planRefusal, taskRefusal } from './situation';

/** A task as it usually is in a status, as the page has it. */
function viewIn(status: TaskStatus, change: Partial<TaskView> = {}): Partial<TaskView> {
  const {
    previous,
    planId: _,
    stages: __,
    targetVersion: ___,
    taskId: ____,
    ordinal: _____,
    ...state
  } = taskIn(status);
  return { ...JSON.parse(JSON.stringify(state)), previousVersion: previous?.version ?? null, ...change };
}

const failed = (message: string, change: Partial<Failure> = {}): Partial<TaskView> =>
  viewIn('FAILED', {
    currentStage: 'Canary',
    failure: {
      errorType: 'BUSINESS',
      code: 'HTTP_500',
      message,
      at: AT,
      retryable: true,
      step: 'send',
      instance: null,
      ...change,
    },
  });

describe('figures', () => {
  it('are those that the machine of the plan counts', () => {
    const some = fc.array(fc.constantFrom(...TASK_STATUSES), { maxLength: 30 });
    fc.assert(
      fc.property(some, (statuses) => {
        const snapshot = snapshotOf(statuses.map((status) => viewIn(status)));
        const counts = countTasks(snapshot.tasks.map((task) => taskStateOf(task, snapshot.plan)));
        expect(figuresOf(snapshot)).toMatchObject(counts);
      }),
    );
  });

  it('count the present wave by itself, and rollbacks that only wait', () => {
    const request = { kind: 'rollback', by: 'Ann', at: AT, reason: null, fromCheckpoint: false } as const;
    const tasks = [
      viewIn('COMPLETED'),
      viewIn('FAILED', { request }),
      viewIn('VALIDATION_FAILED'),
      viewIn('PENDING', { wave: 1 }),
    ];
    const { wave, rollbacks, total } = figuresOf(snapshotOf(tasks, { lastWave: 1 }));
    expect({ wave, rollbacks, total }).toEqual({
      wave: { inWave: 2, unsettledInWave: 1, notCompletedInWave: 1 },
      rollbacks: 1,
      total: 4,
    });
  });
});

describe('a refusal', () => {
  const refusal = (
    task: Partial<TaskView>,
    ...rest: Parameters<typeof taskRefusal> extends [unknown, unknown, ...infer R] ? R : never
  ) => taskRefusal(snapshotOf([task]).tasks[0] as TaskView, runningPlan, ...rest);

  it('is in the words of the machine, and null where the command may be given', () => {
    expect(refusal(viewIn('RUNNING'), 'pause')).toEqual({ reason: null, code: null, wantsReason: false });
    expect(refusal(viewIn('COMPLETED'), 'pause').reason).toBe(
      'This task is completed; pause does not apply.',
    );
  });

  it('of a retry beyond the limit only asks for a reason', () => {
    expect(refusal(viewIn('FAILED', { retryCount: 3 }), 'retry')).toEqual({
      reason: null,
      code: null,
      wantsReason: true,
    });
  });

  it('of a plain retry stands while a step is in doubt, until somebody decides', () => {
    const inDoubt = failed('?', { errorType: 'IN_DOUBT' });
    expect(refusal(inDoubt, 'retry').reason).not.toBeNull();
    expect(refusal(inDoubt, 'retry', 'decision').reason).toBeNull();
  });

  it('of a plan is in the words of its machine', () => {
    const snapshot = snapshotOf([viewIn('RUNNING')]);
    expect(planRefusal(snapshot.plan, figuresOf(snapshot), 'pause')).toBeNull();
    expect(
      planRefusal({ ...snapshot.plan, status: 'READY', startedAt: null }, figuresOf(snapshot), 'pause'),
    ).not.toBeNull();
  });
});

describe('failures', () => {
  const clustersOf = (tasks: readonly TaskView[]) => {
    const clusters = new FailureClusters();
    for (const task of tasks) clusters.change(null, task);
    return clusters.biggest(10);
  };

  it('with the same stage, step and words are one problem, whatever tenant and time they name', () => {
    const clusters = clustersOf(
      snapshotOf([
        failed('t1 answered 503 after 1200 ms', {}),
        failed('t2 answered 503 after 80 ms'),
        failed('t3 answered 404'),
        failed('t4 answered 503 after 5 ms', { step: 'look' }),
        viewIn('COMPLETED'),
      ]).tasks.map((task) => ({ ...task, tenantId: `t${task.ordinal}` })),
    );
    expect(clusters.map(({ tasks, step }) => [step, tasks.map(({ ordinal }) => ordinal)])).toEqual([
      ['send', [1, 2]],
      ['send', [3]],
      ['look', [4]],
    ]);
    expect(clusters.map(({ message }) => message)).toEqual([
      '… answered 503 after … ms',
      't3 answered 404',
      't4 answered 503 after 5 ms',
    ]);
  });

  it('that were rolled back since are none', () => {
    expect(clustersOf(snapshotOf([viewIn('ROLLED_BACK'), viewIn('RUNNING')]).tasks)).toEqual([]);
  });
});

describe('what is shown', () => {
  const { tasks } = snapshotOf([viewIn('COMPLETED'), viewIn('PENDING'), failed('x'), viewIn('RUNNING')]);
  const all = { status: [], q: '', attention: false } as const;
  const ordinals = (filter: LaneFilter) =>
    new LaneOrder(tasks, filter, () => 0).ids().map((id) => Number(id.split('.')[1]));

  it('is what the filter leaves, in the order of the plan', () => {
    expect(ordinals(all)).toEqual([1, 2, 3, 4]);
    expect(ordinals({ ...all, status: ['PENDING', 'RUNNING'] })).toEqual([2, 4]);
    expect(ordinals({ ...all, q: ' TENANT 3 ' })).toEqual([3]);
  });

  it('has first what needs somebody, where that is asked for', () => {
    expect(ordinals({ ...all, attention: true })).toEqual([3, 4, 2, 1]);
  });
});

describe('the time that is left', () => {
  const done = (millis: number) => viewIn('COMPLETED', { durationMillis: millis, endedAt: AT });
  const left = (tasks: Partial<TaskView>[]) => {
    const snapshot = snapshotOf(tasks);
    const ends = new RecentEnds();
    for (const task of snapshot.tasks) ends.change(null, task);
    return remainingOf(snapshot.plan, figuresOf(snapshot).byStatus, ends.quartiles());
  };

  it('comes from the tasks that completed, in rounds of the concurrency', () => {
    const tasks = [
      done(1000),
      done(2000),
      done(3000),
      ...Array.from({ length: 10 }, () => viewIn('PENDING')),
    ];
    expect(left(tasks)).toEqual({ from: 2000, to: 6000, basis: 3 });
  });

  it('is not said of too few, nor when nothing is left', () => {
    expect(left([done(1000), done(2000), viewIn('PENDING')])).toBeNull();
    expect(left([done(1000), done(2000), done(3000)])).toBeNull();
  });
});
