import { describe, expect, it } from 'vitest';
import { type Candidate, nextWork, type PlanForAdmission } from './next-work';
import type { RequestKind } from './task';
import { NOW } from './testing-states';

const PLAN: PlanForAdmission = {
  status: 'RUNNING',
  intent: 'none',
  brake: 'none',
  maxConcurrency: 10,
  occupied: 0,
  wave: 0,
};

const pending = (ordinal: number, tenantFree = true): Candidate => ({
  taskId: `T${ordinal}`,
  ordinal,
  status: 'PENDING',
  wave: 0,
  request: null,
  tenantFree,
  frozen: false,
  endedAt: null,
});
const resting = (ordinal: number, kind: RequestKind, endedAt: Date | null = null): Candidate => ({
  ...pending(ordinal),
  status: kind === 'resume' ? 'PAUSED' : 'FAILED',
  request: { kind },
  endedAt,
});
const chosen = (plan: Partial<PlanForAdmission>, candidates: Candidate[], free = 100) =>
  nextWork({ ...PLAN, ...plan }, candidates, free, NOW).map((one) => one.taskId);

describe('admission', () => {
  it('takes pending tasks by ordinal, whatever the order they come in', () => {
    expect(chosen({}, [pending(3), pending(1), pending(2)])).toEqual(['T1', 'T2', 'T3']);
  });

  it('takes rollbacks first, then resumed and retried, then pending', () => {
    const all = [pending(1), resting(4, 'retry'), resting(2, 'resume'), resting(9, 'rollback')];
    expect(chosen({}, all)).toEqual(['T9', 'T2', 'T4', 'T1']);
  });

  it.each([
    ['the plan’s limit', { maxConcurrency: 5, occupied: 3 }, 100, ['T1', 'T2']],
    ['the free slots', {}, 1, ['T1']],
    ['a limit lowered below what runs', { maxConcurrency: 2, occupied: 4 }, 100, []],
    ['no slot at all', {}, 0, []],
  ] as const)('is bounded by %s', (_name, plan, free, expected) => {
    expect(chosen(plan, [pending(1), pending(2), pending(3)], free)).toEqual(expected);
  });

  it('skips a busy tenant above concurrency 1', () => {
    expect(chosen({ maxConcurrency: 2 }, [pending(1, false), pending(2), pending(3)])).toEqual(['T2', 'T3']);
  });

  it('is blocked by a busy head at concurrency 1', () => {
    expect(chosen({ maxConcurrency: 1 }, [pending(1, false), pending(2)])).toEqual([]);
    expect(chosen({ maxConcurrency: 1 }, [pending(1), pending(2)])).toEqual(['T1']);
  });

  it.each([
    ['halted', { brake: 'all' }],
    ['settled', { status: 'COMPLETED' }],
    ['not started', { status: 'READY' }],
  ] as const)('takes nothing from a plan that is %s', (_name, plan) => {
    expect(chosen(plan, [pending(1), resting(2, 'rollback')])).toEqual([]);
  });

  it.each(['pause', 'cancel', 'close'] as const)('takes only rollbacks under intent %s', (intent) => {
    expect(chosen({ intent }, [pending(1), resting(2, 'resume'), resting(3, 'rollback')])).toEqual(['T3']);
  });

  it('starts no pending task of a later wave, but lets its rollbacks and retries go on', () => {
    const later = (one: Candidate): Candidate => ({ ...one, wave: 1 });
    const all = [pending(1), later(pending(2)), later(resting(3, 'retry')), later(resting(4, 'rollback'))];
    expect(chosen({}, all)).toEqual(['T4', 'T3', 'T1']);
    expect(chosen({ wave: 1 }, all)).toEqual(['T4', 'T3', 'T1', 'T2']);
  });

  it('is not blocked at concurrency 1 by a task of a later wave', () => {
    expect(chosen({ maxConcurrency: 1 }, [{ ...pending(1), wave: 1 }, pending(2)])).toEqual(['T2']);
  });

  it('skips a frozen tenant, which keeps its place, and rolls it back all the same', () => {
    const frozen = (one: Candidate): Candidate => ({ ...one, frozen: true });
    const all = [
      frozen(pending(1)),
      frozen(resting(2, 'resume')),
      pending(3),
      frozen(resting(4, 'rollback')),
    ];
    expect(chosen({}, all)).toEqual(['T4', 'T3']);
    expect(chosen({ maxConcurrency: 1 }, [frozen(pending(1)), pending(2)])).toEqual([]);
  });

  it.each([
    [-1, ['T2']],
    [0, ['T2']],
    [1, []],
  ])('lets a retry wait for its time, %i ms away', (millis, expected) => {
    const notBefore = new Date(NOW.getTime() + millis).toISOString();
    const waiting: Candidate = { ...resting(2, 'retry'), request: { kind: 'retry', notBefore } };
    expect(chosen({}, [waiting])).toEqual(expected);
    expect(chosen({ maxConcurrency: 1 }, [waiting, pending(3)])).toEqual(expected.length ? expected : ['T3']);
  });

  it('rolls a plan back in reverse order of completion', () => {
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
    const all = [resting(1, 'rollback', at(5)), resting(2, 'rollback', at(9)), resting(3, 'rollback', at(7))];
    expect(chosen({ intent: 'rollback', status: 'ROLLING_BACK' }, all)).toEqual(['T2', 'T3', 'T1']);
    expect(chosen({}, all)).toEqual(['T1', 'T2', 'T3']);
  });
});
