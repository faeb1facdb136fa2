import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLAN_STATUSES } from './plan';
import { PLAN_INTENTS } from './plan-intent';
import { summarise, type TaskGroup } from './plan-words';
import { TASK_STATUSES, type TaskStatus } from './task';

const group = (status: TaskStatus, count: number, change: Partial<TaskGroup> = {}): TaskGroup => ({
  status,
  back: false,
  failed: status === 'FAILED',
  sent: true,
  count,
  stages: 0,
  ...change,
});

describe('a plan', () => {
  it.each([
    [
      'under way',
      { status: 'RUNNING', intent: 'none' },
      [group('COMPLETED', 12), group('RUNNING', 4, { stages: 1 }), group('PENDING', 1184)],
      '12 of 1,200 tenants are switched: 4 switching, 1,184 waiting',
      1,
    ],
    [
      'on its way back',
      { status: 'ROLLING_BACK', intent: 'rollback' },
      [
        group('ROLLED_BACK', 1, { back: true, failed: true }),
        group('ROLLING_BACK', 1, { back: true, stages: 1 }),
        group('COMPLETED', 2),
        group('CANCELLED', 5, { sent: false }),
      ],
      '1 of 4 tenants is back: 1 rolling back, 5 cancelled',
      37,
    ],
    [
      'of one tenant',
      { status: 'COMPLETED', intent: 'none' },
      [group('COMPLETED', 1)],
      'The tenant is switched',
      100,
    ],
    [
      'with one rollback on purpose under way',
      { status: 'RUNNING', intent: 'none' },
      [group('COMPLETED', 1), group('ROLLING_BACK', 1, { back: true, stages: 1 })],
      '1 of 2 tenants is switched: 1 rolling back',
      100,
    ],
    ['without tenants', { status: 'CREATED', intent: 'none' }, [], '0 tenants are being checked', 0],
    [
      'being cancelled',
      { status: 'RUNNING', intent: 'cancel' },
      [group('CANCELLED', 3, { sent: false }), group('RUNNING', 1, { stages: 1 })],
      '0 of 4 tenants are switched: 1 switching, 3 cancelled',
      12,
    ],
  ] as const)('%s', (_name, plan, groups, headline, percent) => {
    expect(summarise({ ...plan, stages: 2 }, groups)).toMatchObject({ headline, percent });
  });

  it('says the same however its tasks are grouped, counts nobody twice, and stays between 0 and 100', () => {
    const some = fc.record({
      status: fc.constantFrom(...TASK_STATUSES),
      back: fc.boolean(),
      failed: fc.boolean(),
      sent: fc.boolean(),
      count: fc.integer({ min: 1, max: 5 }),
      stages: fc.integer({ min: 0, max: 3 }),
    });
    const plan = fc.record({
      status: fc.constantFrom(...PLAN_STATUSES),
      intent: fc.constantFrom(...PLAN_INTENTS),
      stages: fc.constant(3),
    });
    fc.assert(
      fc.property(plan, fc.array(some, { maxLength: 8 }), (one, groups) => {
        const summary = summarise(one, groups);
        const single = groups.flatMap((each) =>
          Array.from({ length: each.count }, () => ({ ...each, count: 1 })),
        );
        expect(summarise(one, single)).toEqual(summary);
        const all = single.length;
        expect(summary.of).toBeLessThanOrEqual(all);
        expect(summary.failed).toBeLessThanOrEqual(all);
        for (const count of summary.funnel) expect(count).toBeLessThanOrEqual(summary.of);
        expect(summary.percent).toBeGreaterThanOrEqual(0);
        expect(summary.percent).toBeLessThanOrEqual(100);
        expect(summary.headline).not.toMatch(/undefined|NaN/);
      }),
    );
  });
});
