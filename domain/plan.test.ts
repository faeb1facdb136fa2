import { describe, expect, it } from 'vitest';
import { type PlanStatus, planStatus, type TaskCounts } from './plan';
import type { PlanIntent } from './plan-intent';
import type { CompletionPolicy } from './policies/choice';
import type { TaskStatus } from './task';
import { countsOf } from './testing-states';

type Case = [PlanIntent, Partial<Record<TaskStatus, number>>, PlanStatus, Partial<TaskCounts>?];

const half: CompletionPolicy = { kind: 'percent', percent: 50 };

describe('the status of a started plan follows its tasks and the intent', () => {
  it.each<Case>([
    // Work is open.
    ['none', { PENDING: 1 }, 'RUNNING'],
    ['none', { RUNNING: 1, COMPLETED: 3 }, 'RUNNING'],
    ['none', { PAUSED: 2 }, 'RUNNING'],
    ['none', { ROLLING_BACK: 1, COMPLETED: 1 }, 'RUNNING'],
    ['none', { COMPLETED: 2 }, 'RUNNING', { openRequests: 1 }],
    ['pause', { RUNNING: 1, PENDING: 1 }, 'RUNNING'],
    ['pause', { ROLLING_BACK: 1, PENDING: 1 }, 'RUNNING'],
    ['pause', { PAUSED: 1, PENDING: 1 }, 'PAUSED'],
    ['pause', { PENDING: 1, COMPLETED: 4 }, 'PAUSED'],
    ['cancel', { RUNNING: 1, CANCELLED: 4 }, 'RUNNING'],
    ['rollback', { ROLLING_BACK: 1 }, 'ROLLING_BACK'],
    ['rollback', { COMPLETED: 1 }, 'ROLLING_BACK', { openRequests: 1 }],
    ['close', { PENDING: 1 }, 'RUNNING'],
    // Everything rests.
    ['none', { COMPLETED: 3 }, 'COMPLETED'],
    ['none', { COMPLETED: 1, CANCELLED: 1, VALIDATION_FAILED: 1 }, 'COMPLETED'],
    ['pause', { COMPLETED: 3 }, 'COMPLETED'],
    ['none', { COMPLETED: 2, FAILED: 1 }, 'PARTIAL_FAILED'],
    ['none', { FAILED: 3 }, 'PARTIAL_FAILED'],
    // What an operator took back on purpose is told beside; what failed and was taken back counts.
    ['none', { COMPLETED: 2, ROLLED_BACK: 1 }, 'COMPLETED'],
    ['none', { COMPLETED: 2, ROLLED_BACK: 1 }, 'PARTIAL_FAILED', { backOnPurpose: 0 }],
    ['none', { ROLLED_BACK: 2 }, 'ROLLED_BACK'],
    ['none', { ROLLED_BACK: 1, CANCELLED: 1 }, 'ROLLED_BACK', { backOnPurpose: 0 }],
    ['none', { COMPLETED: 2, ROLLBACK_FAILED: 1 }, 'PARTIAL_FAILED'],
    ['none', { CANCELLED: 2 }, 'CANCELLED'],
    ['none', { CANCELLED: 2, VALIDATION_FAILED: 1 }, 'CANCELLED'],
    ['cancel', { COMPLETED: 2, CANCELLED: 1 }, 'CANCELLED'],
    ['cancel', { FAILED: 1, CANCELLED: 1 }, 'CANCELLED'],
    ['rollback', { ROLLED_BACK: 2 }, 'ROLLED_BACK'],
    ['rollback', { ROLLED_BACK: 2, CANCELLED: 1 }, 'ROLLED_BACK', { startedNotRolledBack: 0 }],
    ['rollback', { ROLLED_BACK: 1, ROLLBACK_FAILED: 1 }, 'FAILED'],
    ['close', { COMPLETED: 1, FAILED: 1 }, 'FAILED'],
    ['close', { COMPLETED: 2 }, 'COMPLETED'],
  ])('%s with %o: %s', (intent, tasks, expected, rest) => {
    expect(planStatus(intent, countsOf(tasks, rest))).toBe(expected);
  });

  it.each<[CompletionPolicy, PlanIntent, Partial<Record<TaskStatus, number>>, PlanStatus]>([
    [half, 'none', { COMPLETED: 1, FAILED: 1 }, 'COMPLETED'],
    [half, 'none', { COMPLETED: 1, FAILED: 2 }, 'PARTIAL_FAILED'],
    // What was left out or cancelled does not count.
    [half, 'none', { COMPLETED: 1, FAILED: 1, CANCELLED: 5, VALIDATION_FAILED: 5 }, 'COMPLETED'],
    [{ kind: 'all' }, 'none', { COMPLETED: 1, CANCELLED: 5, VALIDATION_FAILED: 5 }, 'COMPLETED'],
    [half, 'none', { COMPLETED: 1, ROLLED_BACK: 2 }, 'COMPLETED'],
    [half, 'none', { COMPLETED: 2, ROLLED_BACK: 1, ROLLBACK_FAILED: 1 }, 'COMPLETED'],
    [{ kind: 'percent', percent: 0 }, 'none', { FAILED: 2 }, 'PARTIAL_FAILED'],
    // A policy judges what is at rest, and only when nothing else was wanted of the plan.
    [half, 'none', { COMPLETED: 9, PENDING: 1 }, 'RUNNING'],
    [half, 'cancel', { COMPLETED: 9, CANCELLED: 1 }, 'CANCELLED'],
    [half, 'rollback', { ROLLED_BACK: 9, ROLLBACK_FAILED: 1 }, 'FAILED'],
    [half, 'close', { COMPLETED: 1, FAILED: 1 }, 'COMPLETED'],
    [half, 'close', { COMPLETED: 1, FAILED: 3 }, 'FAILED'],
  ])(
    'leaves the judgement of what is complete to the policy: %o, %s, %o is %s',
    (policy, intent, tasks, expected) => {
      expect(planStatus(intent, countsOf(tasks), policy)).toBe(expected);
    },
  );
});
