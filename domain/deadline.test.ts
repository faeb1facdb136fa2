import { describe, expect, it } from 'vitest';
import { heldByDeadline, isLate, tellsDeadline } from './deadline';
import type { PlanDeadline, PlanState } from './plan';
import { type PlanInput, transitionPlan } from './plan-transition';
import { doneWithin } from './remaining';
import { countsOf, NOW, planIn } from './testing-states';

const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const due = (seconds: number, more: Partial<PlanDeadline> = {}): PlanDeadline => ({
  ...{ finishBy: later(seconds).toISOString(), otherwise: 'hold', by: 'ann', told: false },
  ...more,
});
const WORK = countsOf({ RUNNING: 1, PENDING: 2 });

function run(plan: PlanState, input: PlanInput, now = NOW, counts = WORK) {
  const outcome = transitionPlan({ plan, counts }, input, now);
  if (!outcome.ok) return { state: plan, kinds: [], events: [], refused: outcome.rejection.code };
  const { state, events } = outcome;
  return { state, events, kinds: events.map(({ kind }) => kind), refused: null };
}
const set = (seconds: number | null, more: object = {}): PlanInput => ({
  ...{ type: 'setDeadline', actor: 'bob', finishBy: seconds === null ? null : later(seconds) },
  ...more,
});

describe('a deadline', () => {
  it('is set, moved and taken away, each on record with who did it', () => {
    const first = run(planIn('READY'), set(60));
    expect(first.state.deadline).toEqual(due(60, { by: 'bob' }));
    expect(first.events).toMatchObject([
      { kind: 'DeadlineSet', actor: 'bob', payload: { otherwise: 'hold' } },
    ]);
    const goesBack = run(first.state, set(60, { otherwise: 'rollback' }));
    expect(goesBack.state.deadline?.otherwise).toBe('rollback');
    // Moved, it does what it was to do.
    const moved = run(goesBack.state, set(90));
    expect(moved.state.deadline).toEqual(due(90, { by: 'bob', otherwise: 'rollback' }));
    const away = run(moved.state, set(null));
    expect([away.state.deadline, away.events[0]?.payload]).toEqual([
      null,
      { by: 'bob', finishBy: null, otherwise: null },
    ]);
  });

  it.each([
    ['in the past', planIn('RUNNING'), set(-1), 'OUT_OF_RANGE'],
    ['now', planIn('RUNNING'), set(0), 'OUT_OF_RANGE'],
    ['before the start', planIn('READY', { startAt: later(60) }), set(60), 'OUT_OF_RANGE'],
    ['as it is', planIn('RUNNING', { deadline: due(60) }), set(60), 'NOTHING_TO_DO'],
    ['away where there is none', planIn('RUNNING'), set(null), 'NOTHING_TO_DO'],
    ['of a plan that is over', planIn('COMPLETED'), set(60), 'NOT_ALLOWED_IN_STATE'],
    ['of a plan that goes back', planIn('RUNNING', { intent: 'rollback' }), set(60), 'NOT_ALLOWED_IN_STATE'],
    [
      'that somebody moved since',
      planIn('RUNNING', { deadline: due(90) }),
      set(60, { seen: later(30) }),
      'CHANGED_MEANWHILE',
    ],
    ['that somebody took away since', planIn('RUNNING'), set(60, { seen: later(30) }), 'CHANGED_MEANWHILE'],
    [
      'that somebody set since',
      planIn('RUNNING', { deadline: due(90) }),
      set(60, { seen: null }),
      'CHANGED_MEANWHILE',
    ],
  ])('is not set %s', (_name, plan, input, code) => {
    expect(run(plan, input).refused).toBe(code);
  });

  it('holds a plan from its moment on, not one before', () => {
    expect([isLate(due(1), NOW), isLate(due(0), NOW), isLate(null, NOW)]).toEqual([false, true, false]);
    expect(heldByDeadline(planIn('READY', { deadline: due(0) }), NOW)).toBe(true);
    for (const held of [
      planIn('COMPLETED', { deadline: due(0) }),
      planIn('RUNNING', { deadline: due(0), intent: 'cancel' }),
    ])
      expect(heldByDeadline(held, NOW)).toBe(false);
  });

  it('is told once, and the plan runs on', () => {
    const plan = planIn('RUNNING', { deadline: due(0) });
    expect(tellsDeadline(plan, NOW)).toBe(true);
    const passed = run(plan, { type: 'deadline' });
    expect([passed.state.status, ...passed.kinds]).toEqual(['RUNNING', 'DeadlinePassed']);
    expect(run(passed.state, { type: 'deadline' }).kinds).toEqual([]);
    expect(run(planIn('RUNNING', { deadline: due(1) }), { type: 'deadline' }).kinds).toEqual([]);
    // Moved, it is told again when that has passed.
    const moved = run(passed.state, set(60));
    expect(run(moved.state, { type: 'deadline' }, later(60)).kinds).toEqual(['DeadlinePassed']);
  });

  it('takes the plan back where that was chosen, or holds where there is nothing to take back', () => {
    const plan = planIn('RUNNING', { deadline: due(0, { otherwise: 'rollback' }) });
    const back = run(plan, { type: 'deadline' }, NOW, { ...WORK, ableToGoBack: 1 });
    expect(back.state).toMatchObject({ status: 'ROLLING_BACK', intent: 'rollback', intentBy: 'deadline' });
    expect(back.kinds).toEqual(['DeadlinePassed', 'PlanRollingBack']);
    const none = run(plan, { type: 'deadline' }, NOW, { ...WORK, ableToGoBack: 0 });
    expect([none.state.intent, none.events[0]?.payload]).toEqual([
      'none',
      { finishBy: NOW.toISOString(), otherwise: 'hold' },
    ]);
  });

  it('takes nothing back of a plan that had come to its end and is opened again', () => {
    const over = planIn('PARTIAL_FAILED', { deadline: due(0, { otherwise: 'rollback' }) });
    const opened = run(over, { type: 'reopen', actor: 'op' });
    expect(opened.state.status).toBe('RUNNING');
    expect(tellsDeadline(opened.state, NOW)).toBe(false);
    expect(heldByDeadline(opened.state, NOW)).toBe(true);
  });

  it('keeps a plan from being started, by a person and by itself', () => {
    const late = planIn('READY', { deadline: due(0), startAt: later(-1), startBy: later(60) });
    expect(run(late, { type: 'start', actor: 'op' }).refused).toBe('REFUSED_BY_GUARD');
    expect(run(late, { type: 'startAtItsTime', stopped: false }).kinds).toEqual(['PlanStartMissed']);
    const ready = planIn('READY', { deadline: due(60) });
    const at = (seconds: number): PlanInput => ({ type: 'schedule', actor: 'op', startAt: later(seconds) });
    expect([run(ready, at(60)).refused, run(ready, at(59)).refused]).toEqual(['OUT_OF_RANGE', null]);
  });
});

describe('what is done by a deadline', () => {
  const plan = { status: 'RUNNING', maxConcurrency: 10 } as const;
  const lengths = { basis: 20, short: 30, long: 60 };
  const left = { COMPLETED: 20, RUNNING: 10, PENDING: 30, CANCELLED: 5 };

  it('is told where that is not everything', () => {
    // Three and a half rounds of a minute are left.
    expect(doneWithin(plan, left, lengths, 120)).toEqual({ done: 40, of: 60 });
    expect(doneWithin(plan, left, lengths, 209)).toEqual({ done: 54, of: 60 });
    expect(doneWithin(plan, left, lengths, 0)).toEqual({ done: 20, of: 60 });
    expect(doneWithin(plan, left, lengths, 210)).toBeNull();
    expect(doneWithin(plan, left, null, 1)).toBeNull();
    expect(doneWithin({ ...plan, status: 'PAUSED' }, left, lengths, 1)).toBeNull();
    // Never all: the range says that not all may be.
    expect(doneWithin(plan, { COMPLETED: 9, RUNNING: 1 }, lengths, 59)).toEqual({ done: 9, of: 10 });
  });
});
