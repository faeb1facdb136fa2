import { describe, expect, it } from 'vitest';
import { ANY_APPROVER, type Approver, type OpenApproval } from './approval';
import type { ErrorType } from './failure';
import { type RequestKind, type Resolution, type RuntimeFlags, STOPPED, type TaskState } from './task';
import type { TaskInput } from './task-transition';
import { AUTOMATIC, admit, fails, failure, granted, refusal } from './testing/decide-task';
import { asked, FAILURE, NOW, PLAIN_APPROVAL, taskIn } from './testing-states';

/** What only a person decides: approvals, steps in doubt, drift. The rest is in the files beside this one. */
const by = { actor: 'ann', reason: null };

describe('an approval', () => {
  const waits = (change: Partial<TaskState> = {}) => taskIn('PAUSED', { heldBy: 'approval', ...change });
  const approve: TaskInput = {
    type: 'approve',
    actor: 'ann',
    reason: 'Looks good',
    approver: { ...ANY_APPROVER, id: 'user ann' },
  };
  const rejected: TaskInput = { type: 'reject', actor: 'ann', reason: 'Errors' };

  it('rests the task at its stage, which is not done', () => {
    const { state, events } = granted(taskIn('RUNNING'), {
      type: 'approvalNeeded',
      stage: 'Reload',
      approval: PLAIN_APPROVAL,
    });
    expect(state).toMatchObject({ status: 'PAUSED', heldBy: 'approval', stageIndex: 1, endedAt: null });
    expect(events).toMatchObject([
      { kind: 'TaskPaused', payload: { heldBy: 'approval', currentStage: 'Reload' } },
    ]);
  });

  it('that is given is the end of the stage, on record, and a resume', () => {
    const { state, events } = granted(waits(), approve);
    expect(state).toMatchObject({ status: 'PAUSED', stageIndex: 2, request: { kind: 'resume', by: 'ann' } });
    expect(events).toMatchObject([
      {
        kind: 'StageSucceeded',
        actor: 'ann',
        message: 'Reload approved by ann: Looks good',
        payload: { stage: 'Reload' },
      },
      { kind: 'ResumeRequested', actor: 'ann' },
    ]);
    expect(granted(state, admit).state).toMatchObject({ status: 'RUNNING', stageIndex: 2, heldBy: null });
  });

  it('that is given twice, or taken back, does not approve the stage after it', () => {
    const once = granted(waits(), approve).state;
    expect(refusal(once, approve)).toBe('NOTHING_TO_DO');
    const back = granted(once, { type: 'withdraw', actor: 'ann', reason: '' }).state;
    expect(refusal(back, approve)).toBe('NOTHING_TO_DO');
    expect(refusal(back, rejected)).toBe('NOTHING_TO_DO');
    expect(granted(back, { type: 'resume', ...by }).state.request?.kind).toBe('resume');
  });

  const of = (rule: Partial<OpenApproval>) => waits({ approval: { ...PLAIN_APPROVAL, ...rule } });
  const someone = (change: Partial<Approver> & { actor?: string }): TaskInput => {
    const { actor = 'ann', ...approver } = change;
    const who = { ...ANY_APPROVER, id: `user ${actor}`, ...approver };
    return { type: 'approve', actor, reason: null, approver: who };
  };

  it('that takes two is given by two, each of them on record', () => {
    const once = granted(of({ needs: 2 }), someone({ actor: 'ann' }));
    expect(once.state).toMatchObject({ status: 'PAUSED', heldBy: 'approval', stageIndex: 1, request: null });
    expect(once.events).toMatchObject([
      {
        kind: 'ApprovalGiven',
        actor: 'ann',
        message: 'Reload approved by ann, 1 of 2',
        payload: { by: 'ann', stage: 'Reload', given: 1, needs: 2 },
      },
    ]);
    const { state, events } = granted(once.state, someone({ actor: 'bob' }));
    expect(state).toMatchObject({ stageIndex: 2, request: { kind: 'resume', by: 'bob' }, approval: null });
    expect(events[0]?.message).toBe('Reload approved by ann, bob');
  });

  it.each<[string, Partial<OpenApproval>, TaskInput]>([
    ['by the same once more', { needs: 2, given: [{ id: 'user ann', by: 'ann', at: '' }] }, someone({})],
    [
      'by the same under another name',
      { needs: 2, given: [{ id: 'user ann', by: 'ann', at: '' }] },
      someone({ actor: 'eve', id: 'user ann' }),
    ],
    [
      'by the same with another account',
      { needs: 2, given: [{ id: 'user ann', by: 'ann', at: '' }] },
      someone({ actor: 'eve', names: ['eve', 'ann'] }),
    ],
    ['by a key where it takes two', { needs: 2 }, someone({ person: false })],
    ['by a key where the maker may not', { notMaker: true }, someone({ person: false })],
    ['by who made the plan', { notMaker: true }, someone({ maker: true })],
    ['by an operator where administrators do', { role: 'admin' }, someone({ role: 'operator' })],
  ])('that is given %s is refused', (_who, rule, input) => {
    expect(refusal(of(rule), input)).toBe('NOT_AN_APPROVER');
  });

  it.each<[string, Partial<OpenApproval>, TaskInput]>([
    ['by a key where nothing is said', {}, someone({ person: false, role: 'operator', maker: true })],
    ['by somebody else than the maker', { notMaker: true }, someone({ role: 'operator' })],
    ['by a key of an administrator', { role: 'admin' }, someone({ person: false })],
  ])('that is given %s is granted', (_who, rule, input) => {
    expect(granted(of(rule), input).state).toMatchObject({ stageIndex: 2 });
  });

  it('that is taken back, or reached again by a retry, begins with nobody’s', () => {
    const half = granted(of({ needs: 2 }), someone({})).state;
    const gone = granted(half, { type: 'cancel', ...by }).state;
    expect([gone.status, gone.approval]).toEqual(['CANCELLED', null]);
    const rejects = granted(half, rejected).state;
    expect([rejects.status, rejects.approval]).toEqual(['CANCELLED', null]);
  });

  it('that nobody decides in time is rejected, or given where the playbook says so', () => {
    const due = NOW.toISOString();
    const late = granted(of({ due }), { type: 'approvalDue' });
    expect(late.state).toMatchObject({ status: 'CANCELLED', approval: null });
    expect(late.events[0]).toMatchObject({
      kind: 'StageFailed',
      actor: 'policy',
      message: `Reload rejected by policy: nobody decided until ${due}`,
    });
    const given = granted(of({ due, otherwise: 'approve' }), { type: 'approvalDue' });
    expect(given.state).toMatchObject({ stageIndex: 2, request: { kind: 'resume', by: 'policy' } });
    const early = new Date(NOW.getTime() + 1).toISOString();
    expect(refusal(of({ due: early }), { type: 'approvalDue' })).toBe('NOTHING_TO_DO');
    expect(refusal(of({ due: null }), { type: 'approvalDue' })).toBe('NOTHING_TO_DO');
    expect(refusal(waits(), { type: 'approvalDue' })).toBe('NOTHING_TO_DO');
  });

  it('is not given any more when the time is over', () => {
    const due = NOW.toISOString();
    expect(refusal(of({ due }), someone({}))).toBe('NOT_ALLOWED_IN_STATE');
    expect(refusal(of({ due, otherwise: 'approve' }), someone({}))).toBe('NOT_ALLOWED_IN_STATE');
    expect(granted(of({ due }), rejected).state.status).toBe('CANCELLED');
  });

  it('that is of one stage decides nothing about another', () => {
    expect(refusal(waits(), { ...someone({}), stage: 'Canary' } as TaskInput)).toBe('CHANGED_MEANWHILE');
    expect(refusal(waits(), { ...rejected, stage: 'Canary' } as TaskInput)).toBe('CHANGED_MEANWHILE');
    expect(granted(waits(), { ...someone({}), stage: 'Reload' } as TaskInput).state.stageIndex).toBe(2);
  });

  it('that is given while the plan is paused leaves the task to its plan', () => {
    const { state, kinds } = granted(waits(), approve, {}, { planIntent: 'pause' });
    expect([state.heldBy, state.request, ...kinds]).toEqual(['plan', null, 'StageSucceeded']);
  });

  it('that is rejected fails the stage and cancels the task', () => {
    const { state, events } = granted(waits(), rejected);
    expect(state).toMatchObject({
      status: 'CANCELLED',
      heldBy: null,
      request: null,
      counted: { code: 'REJECTED' },
    });
    expect(events).toMatchObject([
      {
        kind: 'StageFailed',
        payload: { failure: { code: 'REJECTED', message: 'Reload rejected by ann: Errors' } },
      },
      { kind: 'TaskCancelled', actor: 'ann' },
    ]);
  });

  it('that is rejected under the automatic policy asks for the rollback, where there is something to go back to', () => {
    const { state, kinds } = granted(waits(), rejected, AUTOMATIC);
    expect(kinds).toEqual(['StageFailed', 'TaskCancelled', 'RollbackRequested']);
    expect(state.request).toMatchObject({ kind: 'rollback', by: 'policy' });
    expect(granted(state, admit).state.status).toBe('ROLLING_BACK');
    expect(granted(waits({ previous: null }), rejected, AUTOMATIC).state.request).toBeNull();
  });

  it.each([
    ['a resume instead', waits(), { type: 'resume', ...by }, {}, 'APPROVAL_NEEDED'],
    [
      'a resume in place of a rollback',
      waits({ request: asked('rollback') }),
      { type: 'resume', ...by },
      {},
      'APPROVAL_NEEDED',
    ],
    ['an approval in a cancelling plan', waits(), approve, { planIntent: 'cancel' }, 'PLAN_CANCELLING'],
    [
      'an approval in a plan that rolls back',
      waits(),
      approve,
      { planIntent: 'rollback' },
      'PLAN_ROLLING_BACK',
    ],
    ['a rejection in a cancelling plan', waits(), rejected, { planIntent: 'cancel' }, 'granted'],
    ['an approval of what an operator paused', taskIn('PAUSED'), approve, {}, 'NOTHING_TO_DO'],
    [
      'an approval of what is to be rolled back',
      waits({ request: asked('rollback') }),
      approve,
      {},
      'NOTHING_TO_DO',
    ],
    ['a cancel', waits(), { type: 'cancel', ...by }, {}, 'granted'],
    ['a rollback', waits(), { type: 'rollback', ...by }, {}, 'granted'],
  ] as [string, TaskState, TaskInput, Partial<RuntimeFlags>, string][])(
    '%s: %4$s',
    (_name, task, input, flags, code) => {
      expect(refusal(task, input, flags)).toBe(code);
    },
  );
});

describe('a step in doubt', () => {
  const DOUBT = failure('IN_DOUBT', { retryable: false });
  const open = { stageIndex: 1, stepIndex: 0, since: NOW.toISOString() };
  const step = { stage: 'Reload', step: 'tell', stepIndex: 0 };

  it('stays open while its stage and its task fail, and nothing else does', () => {
    const inStep = taskIn('RUNNING', { openStep: open });
    const kept = granted(inStep, {
      type: 'stepFailed',
      ...step,
      stepType: 'config-update',
      failure: DOUBT,
      attempts: [],
    }).state;
    expect(kept.openStep).toEqual(open);
    expect(granted(kept, fails(DOUBT)).state).toMatchObject({ status: 'FAILED', openStep: open });
    const plain = granted(inStep, {
      type: 'stepFailed',
      ...step,
      stepType: 'config-update',
      failure: FAILURE,
      attempts: [],
    }).state;
    expect(plain.openStep).toBeNull();
  });

  it.each(['applied', 'resend'] as const)(
    'that is decided as %s is taken up where it was left',
    (resolution) => {
      const failed = taskIn('FAILED', { failure: DOUBT, openStep: open });
      const wanted = granted(failed, { type: 'retry', ...by, fromCheckpoint: true, resolution }).state;
      expect(wanted.request).toMatchObject({ kind: 'retry', fromCheckpoint: true, resolution });
      const { state } = granted(wanted, admit);
      expect(state).toMatchObject({
        stageIndex: 1,
        openStep: open,
        retry: { fromCheckpoint: true, resolution },
      });
      const done: TaskInput = {
        type: 'stepSucceeded',
        ...step,
        stepType: 'broadcast',
        detail: '',
        attempts: [],
      };
      // Used up with this step: the next one in doubt needs a decision of its own.
      expect(granted(state, done).state).toMatchObject({ openStep: null, retry: { fromCheckpoint: true } });
      expect(granted(state, done).state.retry?.resolution).toBeUndefined();
    },
  );

  it('needs no decision for a full retry or a rollback, which forget it', () => {
    const failed = taskIn('FAILED', { failure: DOUBT, openStep: open });
    const full = granted(failed, { type: 'retry', ...by, fromCheckpoint: false }).state;
    expect(granted(full, admit).state).toMatchObject({ stageIndex: 0, openStep: null });
    const back = granted(failed, { type: 'rollback', ...by }).state;
    expect(granted(back, admit).state).toMatchObject({ status: 'ROLLING_BACK', openStep: null });
  });
});

describe('a decision', () => {
  const failed = (errorType: ErrorType) => taskIn('FAILED', { failure: failure(errorType) });
  const retry = (resolution?: Resolution, reason: string | null = null): TaskInput => ({
    type: 'retry',
    actor: 'ann',
    reason,
    fromCheckpoint: true,
    resolution,
  });

  it.each([
    ['none of a step in doubt', failed('IN_DOUBT'), retry(), 'IN_DOUBT'],
    ['applied of a step in doubt', failed('IN_DOUBT'), retry('applied'), 'granted'],
    ['resend of a step in doubt', failed('IN_DOUBT'), retry('resend'), 'granted'],
    ['applied of a plain failure', failed('BUSINESS'), retry('applied'), 'NOTHING_TO_DO'],
    ['resend of a drift', failed('DRIFT'), retry('resend'), 'NOTHING_TO_DO'],
    ['override of a step in doubt', failed('IN_DOUBT'), retry('override', 'Known'), 'NOTHING_TO_DO'],
    ['override of a drift without a reason', failed('DRIFT'), retry('override'), 'REASON_NEEDED'],
    ['override of a drift', failed('DRIFT'), retry('override', 'Known'), 'granted'],
    ['a retry of a drift that looks again', failed('DRIFT'), retry(), 'granted'],
    [
      'override for a rollback without a reason',
      failed('DRIFT'),
      { type: 'rollback', ...by, resolution: 'override' },
      'REASON_NEEDED',
    ],
    [
      'override for a rollback',
      failed('DRIFT'),
      { type: 'rollback', actor: 'ann', reason: 'Known', resolution: 'override' },
      'granted',
    ],
    [
      'override for a rollback of a plain failure',
      failed('BUSINESS'),
      { type: 'rollback', actor: 'ann', reason: 'Known', resolution: 'override' },
      'NOTHING_TO_DO',
    ],
  ] as [string, TaskState, TaskInput, string][])('%s: %3$s', (_name, task, input, code) => {
    expect(refusal(task, input)).toBe(code);
  });

  it.each(['retry', 'rollback'] as const)(
    'to override lets the %s go on in spite of the drift, and the next one not',
    (type) => {
      const input = {
        type,
        actor: 'ann',
        reason: 'Known',
        fromCheckpoint: true,
        resolution: 'override',
      } as TaskInput;
      const { state } = granted(granted(failed('DRIFT'), input).state, admit);
      expect(state.driftAccepted).toBe(true);
      expect(
        granted(taskIn('FAILED', { ...state, status: 'FAILED', request: asked('retry') }), admit).state
          .driftAccepted,
      ).toBe(false);
    },
  );
});

describe('what somebody ended at once', () => {
  const stopped = fails(failure('BUSINESS', { code: STOPPED, retryable: false }));
  it.each([
    ['cancel', {}],
    ['rollback', {}],
    [null, { planIntent: 'cancel' }],
    [null, { planIntent: 'rollback' }],
  ] as [RequestKind | null, Partial<RuntimeFlags>][])(
    'is no failure that a threshold counts (request %s, %o)',
    (request, flags) => {
      const task = taskIn('RUNNING', { request: request ? asked(request) : null });
      expect(granted(task, stopped, {}, flags).state.counted).toBeNull();
      expect(granted(task, fails(failure('BUSINESS')), {}, flags).state.counted).not.toBeNull();
    },
  );

  it('goes to the version that was chosen, also when it is asked once more without one', () => {
    const v0 = { unitId: 'router', unitName: 'Router', version: 'v0' };
    const task = taskIn('RUNNING', { request: { ...asked('rollback'), to: v0 } });
    const hurried = granted(task, { type: 'rollback', ...by, reason: 'now', now: true });
    expect(hurried.state.request).toMatchObject({ now: true, to: v0 });
    expect(granted(hurried.state, stopped).state).toMatchObject({ status: 'ROLLING_BACK', previous: v0 });
  });

  it('is not undone by policy where another version was chosen for its plan', () => {
    const flags = { planIntent: 'rollback', planRollbackTo: 'v0' } as const;
    const task = taskIn('RUNNING');
    expect(granted(task, fails(failure('BUSINESS')), AUTOMATIC, flags).state.status).toBe('FAILED');
    const waits = taskIn('PAUSED', { heldBy: 'approval' });
    expect(
      granted(waits, { type: 'reject', ...by, reason: 'no' }, AUTOMATIC, flags).state.request,
    ).toBeNull();
  });
});
