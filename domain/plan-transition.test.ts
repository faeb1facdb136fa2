import { describe, expect, it } from 'vitest';
import { ANY_APPROVER, type FreezeOverride, type StartApproval } from './approval';
import { USUAL_OVERRIDE } from './freeze-override';
import {
  PLAIN_FACTS,
  PLAN_STATUS_CHANGES,
  PLAN_STATUSES,
  type PlanDeadline,
  type PlanState,
  type PlanStatus,
  type TaskCounts,
} from './plan';
import {
  type PlanCommand,
  type PlanInput,
  type PlanTransitionContext,
  transitionPlan,
  whyNotPlan,
} from './plan-transition';
import { DEFAULT_POLICIES } from './policies/choice';
import { countsOf, NOW, planIn } from './testing-states';

const LATER = new Date(NOW.getTime() + 3_600_000);
const ASKED: FreezeOverride = {
  ...{ ...USUAL_OVERRIDE, needs: 2 },
  ...{
    by: 'ann',
    id: 'user ann',
    reason: 'A leak',
    at: NOW.toISOString(),
    until: LATER.toISOString(),
    given: [],
  },
};

const by = { actor: 'op', reason: null };

/** A name may have a suffix for what the plan looks like beforehand. */
const INPUTS: Record<string, PlanInput> = {
  validate: { type: 'validate', actor: 'op', tasks: 2 },
  validationPassed: { type: 'validationPassed', actor: 'op', valid: 2, invalid: 0 },
  validationFailed: { type: 'validationFailed', actor: 'op', reason: 'no tenant' },
  start: { type: 'start', actor: 'op' },
  pause: { type: 'pause', ...by },
  resume: { type: 'resume', ...by },
  cancel: { type: 'cancel', ...by },
  rollback: { type: 'rollback', ...by },
  setConcurrency: { type: 'setConcurrency', actor: 'op', value: 5 },
  'start/unapproved': { type: 'start', actor: 'op' },
  'approveStart/unapproved': { type: 'approveStart', ...by, approver: ANY_APPROVER },
  'approveStart/unasked': { type: 'approveStart', ...by, approver: ANY_APPROVER },
  overrideFreezes: {
    type: 'overrideFreezes',
    actor: 'op',
    reason: 'A leak',
    until: LATER,
    rule: USUAL_OVERRIDE,
    approver: ANY_APPROVER,
  },
  'overrideFreezes/overridden': {
    type: 'overrideFreezes',
    actor: 'op',
    reason: 'A leak',
    until: LATER,
    rule: USUAL_OVERRIDE,
    approver: ANY_APPROVER,
  },
  'approveOverride/overridden': { type: 'approveOverride', ...by, approver: ANY_APPROVER },
  'approveOverride/unasked': { type: 'approveOverride', ...by, approver: ANY_APPROVER },
  'withdrawOverride/overridden': { type: 'withdrawOverride', ...by },
  'withdrawOverride/unasked': { type: 'withdrawOverride', ...by },
  schedule: { type: 'schedule', actor: 'op', startAt: new Date(NOW.getTime() + 60_000) },
  startAtItsTime: { type: 'startAtItsTime', stopped: false },
  setDeadline: { type: 'setDeadline', actor: 'op', finishBy: LATER },
  'start/late': { type: 'start', actor: 'op' },
  'deadline/late': { type: 'deadline' },
  'deadline/goesBack': { type: 'deadline' },
  close: { type: 'close', ...by },
  continue: { type: 'continue', ...by },
  'continue/halted': { type: 'continue', ...by },
  halt: { type: 'halt', threshold: 'failedCount', reason: '3 tasks failed.' },
  nextWave: { type: 'nextWave' },
  measured: {
    type: 'measured',
    wave: 0,
    measured: { value: 1, baseline: null, verdict: 'passed', told: 'the value is 1' },
  },
  reopen: { type: 'reopen', actor: 'op' },
  settle: { type: 'settle' },
};

/** Fails to compile when a type of input is missing, so that the table above cannot forget one. */
const EVERY_TYPE: Record<PlanInput['type'], true> = {
  validate: true,
  validationPassed: true,
  validationFailed: true,
  start: true,
  approveStart: true,
  overrideFreezes: true,
  approveOverride: true,
  withdrawOverride: true,
  pause: true,
  resume: true,
  cancel: true,
  rollback: true,
  setConcurrency: true,
  schedule: true,
  startAtItsTime: true,
  setDeadline: true,
  deadline: true,
  close: true,
  continue: true,
  halt: true,
  nextWave: true,
  measured: true,
  reopen: true,
  settle: true,
};

/** A plan and tasks that fit its status. */
const TASKS: Record<PlanStatus, TaskCounts> = {
  CREATED: countsOf({ CREATED: 2 }),
  VALIDATING: countsOf({ VALIDATING: 2 }),
  READY: countsOf({ PENDING: 2 }),
  RUNNING: countsOf({ RUNNING: 1, PENDING: 1 }),
  PAUSED: countsOf({ PAUSED: 1, PENDING: 1 }),
  COMPLETED: countsOf({ COMPLETED: 2 }),
  PARTIAL_FAILED: countsOf({ COMPLETED: 1, FAILED: 1 }),
  FAILED: countsOf({ ROLLED_BACK: 1, ROLLBACK_FAILED: 1 }),
  CANCELLED: countsOf({ CANCELLED: 2 }),
  ROLLING_BACK: countsOf({ ROLLING_BACK: 1, ROLLED_BACK: 1 }),
  ROLLED_BACK: countsOf({ ROLLED_BACK: 2 }),
};
const OF_TWO: StartApproval = {
  needs: 2,
  role: 'operator',
  notMaker: true,
  because: { overTenants: 1 },
  given: [],
};
const HALT = { by: 'threshold', reason: '3 tasks failed.', at: NOW.toISOString() };
const LATE: PlanDeadline = { finishBy: NOW.toISOString(), otherwise: 'hold', by: 'op', told: false };
const planFor = (status: PlanStatus, row = '') =>
  planIn(status, {
    ...(status === 'FAILED' ? { intent: 'rollback' } : {}),
    ...(row === 'startAtItsTime' ? { startAt: NOW } : {}),
    ...(row.endsWith('/halted') ? { halted: HALT } : {}),
    ...(row.endsWith('/unapproved') ? { startApproval: OF_TWO } : {}),
    ...(row.endsWith('/late') ? { deadline: LATE } : {}),
    ...(row.endsWith('/goesBack') ? { deadline: { ...LATE, otherwise: 'rollback' } } : {}),
    ...(row.endsWith('/overridden') ? { freezeOverride: ASKED } : {}),
  });

/** Every input in every status: the status afterwards, or `-` where it is refused. */
const TABLE = `
                  CREATED    VALIDATING READY     RUNNING      PAUSED       COMPLETED    PARTIAL_FAILED FAILED       CANCELLED    ROLLING_BACK ROLLED_BACK
validate          VALIDATING -          -         -            -            -            -              -            -            -            -
validationPassed  -          READY      -         -            -            -            -              -            -            -            -
validationFailed  -          FAILED     -         -            -            -            -              -            -            -            -
start             -          -          RUNNING   -            -            -            -              -            -            -            -
pause             -          -          -         RUNNING      -            -            -              -            -            ROLLING_BACK -
resume            -          -          -         -            RUNNING      -            -              -            -            -            -
cancel            -          -          CANCELLED RUNNING      RUNNING      -            -              -            -            -            -
rollback          -          -          -         ROLLING_BACK ROLLING_BACK ROLLING_BACK ROLLING_BACK   ROLLING_BACK ROLLING_BACK -            -
setConcurrency    CREATED    VALIDATING READY     RUNNING      PAUSED       -            -              -            -            ROLLING_BACK -
start/unapproved  -          -          -         -            -            -            -              -            -            -            -
approveStart/unapproved - - READY - - - - - - - -
approveStart/unasked - - - - - - - - - - -
overrideFreezes - - READY RUNNING PAUSED - - - - - -
overrideFreezes/overridden - - - - - - - - - - -
approveOverride/overridden - - READY RUNNING PAUSED - - - - - -
approveOverride/unasked - - - - - - - - - - -
withdrawOverride/overridden CREATED VALIDATING READY RUNNING PAUSED COMPLETED PARTIAL_FAILED FAILED CANCELLED ROLLING_BACK ROLLED_BACK
withdrawOverride/unasked - - - - - - - - - - -
schedule          -          -          READY     -            -            -            -              -            -            -            -
startAtItsTime    CREATED    VALIDATING RUNNING   RUNNING      PAUSED       COMPLETED    PARTIAL_FAILED FAILED       CANCELLED    ROLLING_BACK ROLLED_BACK
setDeadline - - READY RUNNING PAUSED - - - - - -
start/late - - - - - - - - - - -
deadline/late CREATED VALIDATING READY RUNNING PAUSED COMPLETED PARTIAL_FAILED FAILED CANCELLED ROLLING_BACK ROLLED_BACK
deadline/goesBack CREATED VALIDATING READY ROLLING_BACK ROLLING_BACK COMPLETED PARTIAL_FAILED FAILED CANCELLED ROLLING_BACK ROLLED_BACK
close             -          -          -         -            -            -            FAILED         -            -            -            -
continue          -          -          -         -            -            -            -              -            -            -            -
continue/halted   CREATED    VALIDATING READY     RUNNING      PAUSED       COMPLETED    PARTIAL_FAILED FAILED       CANCELLED    ROLLING_BACK ROLLED_BACK
halt              CREATED    VALIDATING READY     RUNNING      PAUSED       COMPLETED    PARTIAL_FAILED FAILED       CANCELLED    ROLLING_BACK ROLLED_BACK
nextWave          CREATED    VALIDATING READY     RUNNING      PAUSED       COMPLETED    PARTIAL_FAILED FAILED       CANCELLED    ROLLING_BACK ROLLED_BACK
measured          CREATED    VALIDATING READY     RUNNING      PAUSED       COMPLETED    PARTIAL_FAILED FAILED       CANCELLED    ROLLING_BACK ROLLED_BACK
reopen            CREATED    VALIDATING READY     RUNNING      PAUSED       RUNNING      RUNNING        RUNNING      RUNNING      ROLLING_BACK RUNNING
settle            CREATED    VALIDATING READY     RUNNING      PAUSED       COMPLETED    PARTIAL_FAILED FAILED       CANCELLED    ROLLING_BACK ROLLED_BACK
`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));

const cells = TABLE.slice(1).flatMap(([row = '', ...after]) =>
  after.map((expected, column) => ({ row, status: TABLE[0]?.[column] as PlanStatus, expected })),
);

function granted(plan: PlanState, counts: TaskCounts, input: PlanInput) {
  const outcome = transitionPlan({ plan, counts }, input, NOW);
  if (!outcome.ok) throw new Error(outcome.rejection.message);
  return { ...outcome, kinds: outcome.events.map((event) => event.kind) };
}

function refusal(plan: PlanState, counts: TaskCounts, input: PlanInput): string {
  const outcome = transitionPlan({ plan, counts }, input, NOW);
  return outcome.ok ? 'granted' : outcome.rejection.code;
}

describe('the table', () => {
  it('names every status and every input', () => {
    expect(TABLE[0]).toEqual([...PLAN_STATUSES]);
    expect(TABLE.slice(1).map(([row]) => row)).toEqual(Object.keys(INPUTS));
    expect(new Set(Object.values(INPUTS).map(({ type }) => type))).toEqual(new Set(Object.keys(EVERY_TYPE)));
  });

  it.each(cells)('$row in $status: $expected', ({ row, status, expected }) => {
    const input = INPUTS[row];
    if (!input) throw new Error(`no row ${row}`);
    const plan = planFor(status, row);
    const untouched = structuredClone(plan);
    const outcome = transitionPlan({ plan, counts: TASKS[status] }, input, NOW);
    expect(outcome.ok ? outcome.state.status : '-').toBe(expected);
    expect(plan).toEqual(untouched);
    if (!outcome.ok) expect(outcome.rejection.message).not.toBe('');
    else if (outcome.state.status !== status)
      expect(PLAN_STATUS_CHANGES[status]).toContain(outcome.state.status);
  });

  it('is what the console asks', () => {
    const commands: Record<PlanCommand, true> = {
      start: true,
      approveStart: true,
      overrideFreezes: true,
      approveOverride: true,
      withdrawOverride: true,
      schedule: true,
      setDeadline: true,
      pause: true,
      resume: true,
      continue: true,
      cancel: true,
      close: true,
      rollback: true,
      setConcurrency: true,
    };
    const asked = cells.filter(({ row }) => (row.split('/')[0] ?? '') in commands);
    expect(new Set(asked.map(({ row }) => row.split('/')[0])).size).toBe(Object.keys(commands).length);
    for (const cell of asked) {
      const context = { plan: planFor(cell.status, cell.row), counts: TASKS[cell.status] };
      const answer = whyNotPlan(context, cell.row.split('/')[0] as PlanCommand, NOW);
      expect(answer === null, `${cell.row} in ${cell.status}`).toBe(cell.expected !== '-');
    }
  });
});

describe('a pause', () => {
  it('is at once when nothing runs, else waits for the running tasks', () => {
    const idle = granted(planIn('RUNNING'), countsOf({ PENDING: 2 }), { type: 'pause', ...by });
    expect([idle.state.status, ...idle.kinds]).toEqual(['PAUSED', 'PauseRequested', 'PlanPaused']);
    const busy = granted(planIn('RUNNING'), countsOf({ RUNNING: 1 }), { type: 'pause', ...by });
    expect(busy.state).toMatchObject({ status: 'RUNNING', intent: 'pause', intentBy: 'op' });
    expect(busy.kinds).toEqual(['PauseRequested']);
    const later = granted(busy.state, countsOf({ PAUSED: 1 }), { type: 'settle' });
    expect([later.state.status, ...later.kinds]).toEqual(['PAUSED', 'PlanPaused']);
  });

  it('of a rollback is a halt, lifted by a resume, and the rollback stays the intent', () => {
    const halted = granted(planIn('ROLLING_BACK'), TASKS.ROLLING_BACK, { type: 'pause', ...by });
    expect(halted.state).toMatchObject({ intent: 'rollback', halted: { by: 'op' } });
    expect(refusal(halted.state, TASKS.ROLLING_BACK, { type: 'pause', ...by })).toBe('ALREADY_REQUESTED');
    const resumed = granted(halted.state, TASKS.ROLLING_BACK, { type: 'resume', ...by });
    expect(resumed.state).toMatchObject({ intent: 'rollback', halted: null, status: 'ROLLING_BACK' });
  });
});

describe('a resume', () => {
  it('of a plan whose last task came to rest meanwhile ends it as its policy says', () => {
    const facts = {
      ...PLAIN_FACTS,
      policies: { ...DEFAULT_POLICIES, completion: { kind: 'percent', percent: 50 } },
    };
    for (const [change, status, kind] of [
      [{}, 'PARTIAL_FAILED', 'PlanPartiallyFailed'],
      [{ facts }, 'COMPLETED', 'PlanCompleted'],
    ] as const) {
      const context = {
        plan: planIn('PAUSED'),
        counts: TASKS.PARTIAL_FAILED,
        ...change,
      } as PlanTransitionContext;
      const outcome = transitionPlan(context, { type: 'resume', ...by }, NOW);
      expect(outcome).toMatchObject({
        ok: true,
        state: { status, intent: 'none', endedAt: NOW },
        events: [
          { kind: 'PlanResumed', status: 'RUNNING' },
          { kind, status },
        ],
      });
    }
  });
});

describe('reasons', () => {
  it.each([
    ['a second cancel', planIn('RUNNING', { intent: 'cancel' }), 'cancel', 'ALREADY_REQUESTED'],
    ['a pause while cancelling', planIn('RUNNING', { intent: 'cancel' }), 'pause', 'PLAN_CANCELLING'],
    ['a cancel while rolling back', planIn('ROLLING_BACK'), 'cancel', 'PLAN_ROLLING_BACK'],
    ['a rollback of a plan never started', planIn('READY'), 'rollback', 'PLAN_NOT_STARTED'],
    ['a second rollback', planIn('ROLLING_BACK'), 'rollback', 'ALREADY_REQUESTED'],
    ['a rollback of nothing', planIn('ROLLED_BACK'), 'rollback', 'NOTHING_TO_ROLL_BACK'],
    ['a resume of what is not paused', planIn('RUNNING'), 'resume', 'NOTHING_TO_DO'],
  ] as const)('%s', (_name, plan, command, code) => {
    expect(refusal(plan, TASKS[plan.status], { type: command, ...by })).toBe(code);
  });

  it.each([0, 1001, 2.5, Number.NaN])('concurrency %s is out of range', (value) => {
    expect(refusal(planIn('RUNNING'), TASKS.RUNNING, { type: 'setConcurrency', actor: 'op', value })).toBe(
      'OUT_OF_RANGE',
    );
  });

  it('the concurrency it has already is nothing to do', () => {
    expect(
      refusal(planIn('RUNNING'), TASKS.RUNNING, { type: 'setConcurrency', actor: 'op', value: 10 }),
    ).toBe('NOTHING_TO_DO');
  });
});

describe('settling', () => {
  it.each([
    [{ COMPLETED: 2 }, 'none', 'COMPLETED', 'PlanCompleted'],
    [{ COMPLETED: 1, FAILED: 1 }, 'none', 'PARTIAL_FAILED', 'PlanPartiallyFailed'],
    [{ CANCELLED: 1 }, 'cancel', 'CANCELLED', 'PlanCancelled'],
    [{ ROLLED_BACK: 1 }, 'rollback', 'ROLLED_BACK', 'PlanRolledBack'],
    [{ ROLLBACK_FAILED: 1 }, 'rollback', 'FAILED', 'PlanFailed'],
  ] as const)('%o under intent %s is %s', (tasks, intent, status, kind) => {
    const { state, kinds } = granted(planIn('RUNNING', { intent }), countsOf(tasks), { type: 'settle' });
    expect([state.status, state.endedAt, ...kinds]).toEqual([status, NOW, kind]);
    expect(granted(state, countsOf(tasks), { type: 'settle' }).kinds).toEqual([]);
  });

  it('opens again without an end when a task is asked to go on', () => {
    const { state, kinds } = granted(planIn('COMPLETED'), TASKS.COMPLETED, { type: 'reopen', actor: 'op' });
    expect(state).toMatchObject({ status: 'RUNNING', intent: 'none', endedAt: null });
    expect(kinds).toEqual(['PlanResumed']);
  });
});
