import { expect, it } from 'vitest';
import { ANY_APPROVER, type Approver } from './approval';
import type { PlanState } from './plan';
import { type PlanInput, transitionPlan } from './plan-transition';
import { type StartProtection, startApprovalFor } from './start-approval';
import { countsOf, NOW, planIn } from './testing-states';

const PROTECTION: StartProtection = {
  overTenants: 2,
  labels: [{ label: 'env', equals: 'prod' }],
  needs: 2,
  role: 'operator',
  notMaker: true,
};
const counts = countsOf({ PENDING: 3 });
const given = (plan: PlanState, input: PlanInput) => {
  const outcome = transitionPlan({ plan, counts }, input, NOW);
  if (!outcome.ok) throw new Error(outcome.rejection.code);
  return outcome;
};
const code = (plan: PlanState, input: PlanInput) => {
  const outcome = transitionPlan({ plan, counts }, input, NOW);
  return outcome.ok ? 'granted' : outcome.rejection.code;
};
const by = (actor: string, change: Partial<Approver> = {}): PlanInput => ({
  type: 'approveStart',
  actor,
  reason: null,
  approver: { ...ANY_APPROVER, id: `user ${actor}`, ...change },
});
const protectedPlan = (change: Partial<PlanState> = {}) =>
  planIn('READY', { startApproval: startApprovalFor(PROTECTION, [{}, {}, {}]), ...change });

it('is asked for by the number of tenants, or by one with a label, and else not', () => {
  const rule = { needs: 2, role: 'operator', notMaker: true, given: [] };
  expect(startApprovalFor(PROTECTION, [{}, {}])).toBeNull();
  expect(startApprovalFor(PROTECTION, [{}, {}, {}])).toEqual({ ...rule, because: { overTenants: 2 } });
  expect(startApprovalFor(PROTECTION, [{}, { env: 'prod' }])).toEqual({
    ...rule,
    because: { label: 'env', equals: 'prod' },
  });
  expect(startApprovalFor({ ...PROTECTION, overTenants: null }, [{}, {}, {}])).toBeNull();
  expect(startApprovalFor(null, [{ env: 'prod' }])).toBeNull();
});

it('is put on record when the plan is ready', () => {
  const made = planIn('VALIDATING', { startApproval: startApprovalFor(PROTECTION, [{}, {}, {}]) });
  const ready: PlanInput = { type: 'validationPassed', actor: 'ann', valid: 3, invalid: 0 };
  expect(given(made, ready).events.map(({ kind }) => kind)).toEqual(['PlanValidated', 'StartApprovalNeeded']);
  expect(given({ ...made, startApproval: null }, ready).events).toHaveLength(1);
});

it('lets the plan start once it is complete, and not before', () => {
  const plan = protectedPlan();
  expect(code(plan, { type: 'start', actor: 'ann' })).toBe('APPROVAL_NEEDED');
  const once = given(plan, by('ann'));
  expect(once.events).toMatchObject([
    {
      kind: 'StartApproved',
      actor: 'ann',
      message: 'Its start was approved by ann, 1 of 2',
      payload: { by: 'ann', given: 1, needs: 2 },
    },
  ]);
  expect(code(once.state, { type: 'start', actor: 'ann' })).toBe('APPROVAL_NEEDED');
  expect(code(once.state, by('ann'))).toBe('NOT_AN_APPROVER');
  const twice = given(once.state, by('bob'));
  expect(code(twice.state, by('cem'))).toBe('NOTHING_TO_DO');
  expect(given(twice.state, { type: 'start', actor: 'cem' }).state.status).toBe('RUNNING');
});

it('takes no key, and not who made the plan', () => {
  expect(code(protectedPlan(), by('ann', { person: false }))).toBe('NOT_AN_APPROVER');
  expect(code(protectedPlan(), by('ann', { maker: true }))).toBe('NOT_AN_APPROVER');
});

it('keeps a scheduled start waiting, and misses it when nobody approved in time', () => {
  const startAt = new Date(NOW.getTime() - 1000);
  const plan = protectedPlan({ startAt, startBy: new Date(NOW.getTime() + 1000) });
  const due: PlanInput = { type: 'startAtItsTime', stopped: false };
  expect(given(plan, due).events).toEqual([]);
  expect(given(given(given(plan, by('ann')).state, by('bob')).state, due).state.status).toBe('RUNNING');
  const late = given({ ...plan, startBy: startAt }, due);
  expect(late.events.map(({ kind }) => kind)).toEqual(['PlanStartMissed']);
});
