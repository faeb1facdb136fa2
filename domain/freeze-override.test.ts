import { describe, expect, it } from 'vitest';
import { ANY_APPROVER, type ApprovalRule, type Approver } from './approval';
import type { Freeze } from './freeze';
import {
  freezesFor,
  MOST_OVERRIDE_DAYS,
  overriddenUntil,
  overrideStands,
  USUAL_OVERRIDE,
  usualEnd,
} from './freeze-override';
import type { PlanState } from './plan';
import { type PlanInput, transitionPlan } from './plan-transition';
import { countsOf, NOW, planIn } from './testing-states';

const counts = countsOf({ PENDING: 3 });
const in_ = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const OF_TWO: ApprovalRule = { needs: 2, role: 'operator', notMaker: true };

const who = (actor: string, change: Partial<Approver> = {}): Approver => ({
  ...{ ...ANY_APPROVER, id: `user ${actor}`, names: [actor], role: 'operator' },
  ...change,
});
const ask = (actor: string, rule: ApprovalRule = OF_TWO, change: Partial<Approver> = {}): PlanInput => ({
  type: 'overrideFreezes',
  ...{ actor, reason: 'A leak', until: in_(60), rule, approver: who(actor, change) },
});
const approve = (actor: string, change: Partial<Approver> = {}, askedAt?: string): PlanInput => ({
  type: 'approveOverride',
  ...{ actor, reason: null, approver: who(actor, change), askedAt },
});
const withdraw: PlanInput = { type: 'withdrawOverride', actor: 'dee', reason: 'It can wait' };

const given = (plan: PlanState, input: PlanInput, now = NOW) => {
  const outcome = transitionPlan({ plan, counts }, input, now);
  if (!outcome.ok) throw new Error(`${outcome.rejection.code}: ${outcome.rejection.message}`);
  return outcome;
};
const code = (plan: PlanState, input: PlanInput, now = NOW) => {
  const outcome = transitionPlan({ plan, counts }, input, now);
  return outcome.ok ? 'granted' : outcome.rejection.code;
};
const asked = (rule?: ApprovalRule) => given(planIn('RUNNING'), ask('ann', rule)).state;
const granted = () => given(given(asked(), approve('bob')).state, approve('cem')).state;

describe('an override of freezes', () => {
  const freezes: Freeze[] = [
    {
      ...{ freezeId: 'f', name: 'Peak', tenantId: null, labels: null },
      window: { kind: 'once', from: in_(-60).toISOString(), to: in_(120).toISOString() },
    },
  ];

  it('lifts freezes while it is granted, and not one moment more or less', () => {
    const names = (plan: PlanState, now: Date) =>
      freezesFor(plan.freezeOverride, freezes, now).map(({ name }) => name);
    expect(names(planIn('RUNNING'), NOW)).toEqual(['Peak']);
    expect(names(asked(), NOW)).toEqual(['Peak']);
    expect(names(granted(), NOW)).toEqual([]);
    expect(names(granted(), new Date(in_(60).getTime() - 1))).toEqual([]);
    expect(names(granted(), in_(60))).toEqual(['Peak']);
    expect(overriddenUntil(granted().freezeOverride, NOW)).toBe(in_(60).toISOString());
    expect(overriddenUntil(asked().freezeOverride, NOW)).toBeNull();
    expect(names(given(granted(), withdraw).state, NOW)).toEqual(['Peak']);
  });

  it('lasts as long as the longest freeze that holds, when nobody says until when', () => {
    expect(usualEnd([], NOW)).toBeNull();
    const ends = (...minutes: number[]) => minutes.map((one) => ({ until: in_(one).toISOString() }));
    expect(usualEnd(ends(5, 9, 7), NOW)).toEqual(in_(9));
    const most = MOST_OVERRIDE_DAYS * 24 * 60;
    expect(usualEnd(ends(most + 5), NOW)).toEqual(in_(most));
  });

  it('takes as many others as the rule says, and tells each step', () => {
    const plan = asked();
    expect(overrideStands(plan.freezeOverride, NOW)).toBe('waits');
    const first = given(plan, approve('bob'));
    expect(first.events).toMatchObject([
      {
        kind: 'FreezeOverrideApproved',
        message: 'The override of freezes was approved by bob, 1 of 2',
        payload: { by: 'bob', given: 1, needs: 2 },
      },
    ]);
    const second = given(first.state, approve('cem'));
    expect(second.events).toMatchObject([
      {
        kind: 'FreezeOverrideGranted',
        message: `Freezes do not hold this plan until ${in_(60).toISOString()}, granted by bob, cem: A leak`,
      },
    ]);
    expect(overrideStands(second.state.freezeOverride, NOW)).toBe('holds');
    expect(second.state.status).toBe('RUNNING');
  });

  it('is not approved by who asked, who made the plan, a key, a lesser role, or one person twice', () => {
    const plan = asked();
    expect(code(plan, approve('ann'))).toBe('NOT_AN_APPROVER');
    // The same person under another name, by an account that was removed and made again, or by a key of theirs.
    expect(code(plan, approve('ann-2', { id: 'user ann' }))).toBe('NOT_AN_APPROVER');
    expect(code(plan, approve('anna', { names: ['anna', 'ann'] }))).toBe('NOT_AN_APPROVER');
    expect(code(plan, approve('bob', { maker: true }))).toBe('NOT_AN_APPROVER');
    expect(code(plan, approve('pipeline', { person: false }))).toBe('NOT_AN_APPROVER');
    expect(code(given(plan, approve('bob')).state, approve('bob'))).toBe('NOT_AN_APPROVER');
    expect(code(asked({ ...OF_TWO, role: 'admin' }), approve('bob'))).toBe('NOT_AN_APPROVER');
    expect(code(asked({ ...OF_TWO, group: 'eu-leads' }), approve('bob'))).toBe('NOT_AN_APPROVER');
    expect(code(asked({ ...OF_TWO, group: 'eu-leads' }), approve('bob', { groups: ['eu-leads'] }))).toBe(
      'granted',
    );
  });

  it('is granted by asking where one may grant it alone, and else by an administrator', () => {
    const alone = given(planIn('READY'), ask('root', USUAL_OVERRIDE, { role: 'admin' }));
    expect(alone.events.map(({ kind }) => kind)).toEqual(['FreezeOverrideGranted']);
    const waits = asked(USUAL_OVERRIDE);
    expect(code(waits, approve('bob'))).toBe('NOT_AN_APPROVER');
    expect(code(waits, approve('root', { role: 'admin' }))).toBe('granted');
    // An administrator who asks is one who asks, where it takes somebody else.
    const guarded = given(planIn('READY'), ask('root', { ...OF_TWO, needs: 1 }, { role: 'admin' })).state;
    expect(overrideStands(guarded.freezeOverride, NOW)).toBe('waits');
  });

  it('is asked for once, and anew only when it was withdrawn or is over', () => {
    expect(code(asked(), ask('bob'))).toBe('ALREADY_REQUESTED');
    expect(code(granted(), ask('bob'))).toBe('NOTHING_TO_DO');
    expect(code(given(asked(), withdraw).state, ask('bob'))).toBe('granted');
    const later = { ...ask('bob'), until: in_(90) } as PlanInput;
    expect([code(granted(), later, in_(59)), code(granted(), later, in_(60))]).toEqual([
      'NOTHING_TO_DO',
      'granted',
    ]);
  });

  it('is not approved when it is over, was withdrawn, or is another one than was looked at', () => {
    const plan = asked();
    expect(code(plan, approve('bob'), in_(60))).toBe('OUT_OF_RANGE');
    expect(code(given(plan, withdraw).state, approve('bob'))).toBe('NOTHING_TO_DO');
    expect(code(plan, approve('bob', {}, NOW.toISOString()))).toBe('granted');
    expect(code(plan, approve('bob', {}, in_(-1).toISOString()))).toBe('CHANGED_MEANWHILE');
    expect(code(granted(), approve('dee'))).toBe('NOTHING_TO_DO');
    expect(code(planIn('RUNNING'), withdraw)).toBe('NOTHING_TO_DO');
    expect(code(granted(), withdraw, in_(60))).toBe('NOTHING_TO_DO');
  });

  it('needs a reason, and an end that lies ahead and not too far', () => {
    const change = (input: object): PlanInput => ({ ...ask('ann'), ...input }) as PlanInput;
    expect(code(planIn('RUNNING'), change({ reason: null }))).toBe('REASON_NEEDED');
    expect(code(planIn('RUNNING'), change({ until: null }))).toBe('OUT_OF_RANGE');
    expect(code(planIn('RUNNING'), change({ until: NOW }))).toBe('OUT_OF_RANGE');
    expect(code(planIn('RUNNING'), change({ until: in_(MOST_OVERRIDE_DAYS * 1440 + 1) }))).toBe(
      'OUT_OF_RANGE',
    );
  });

  it('is of no use to a plan that goes back', () => {
    for (const intent of ['cancel', 'rollback'] as const) {
      expect(code(planIn('RUNNING', { intent }), ask('ann'))).toBe('NOTHING_TO_DO');
      expect(code({ ...asked(), intent }, approve('bob'))).toBe('NOTHING_TO_DO');
      expect(code({ ...asked(), intent }, withdraw)).toBe('granted');
    }
  });
});
