import { describe, expect, it } from 'vitest';
import type { PlanIntent } from './plan-intent';
import type { PolicyChoice } from './policies/choice';
import { CHECKPOINT_LOST, type RuntimeFlags, type TaskState } from './task';
import type { TaskInput } from './task-transition';
import { AUTOMATIC, admit, fails, failure, granted, refusal } from './testing/decide-task';
import { asked, FAILURE, taskIn } from './testing-states';

/** What policies and checkpoints add to the machine; the rest is in the files beside this one. */
const by = { actor: 'ann', reason: null };

const COUNTED = { at: FAILURE.at, stage: 'Config', step: 'send', code: 'HTTP_500' };
const RETRY: PolicyChoice = { retry: { kind: 'fixed', attempts: 2, delaySeconds: 60 } };

describe('a stage that fails', () => {
  it('is retried by the policy before it is rolled back by it, and does not count until then', () => {
    const both = { ...RETRY, ...AUTOMATIC };
    const first = granted(taskIn('RUNNING'), fails(), both);
    expect(first.kinds).toEqual(['StageFailed', 'TaskFailed', 'RetryRequested']);
    expect(first.state).toMatchObject({
      status: 'FAILED',
      counted: null,
      request: { kind: 'retry', by: 'policy', fromCheckpoint: true, notBefore: '2026-01-01T10:03:00.000Z' },
    });
    const last = granted(taskIn('RUNNING', { retryCount: 2 }), fails(), both);
    expect(last.kinds).toEqual(['StageFailed', 'TaskRollingBack']);
    expect(last.state).toMatchObject({ status: 'ROLLING_BACK', counted: COUNTED });
    expect(last.events.at(-1)?.actor).toBe('policy');
  });

  it('counts at once where nobody retries', () => {
    expect(granted(taskIn('RUNNING'), fails()).state.counted).toEqual(COUNTED);
    expect(granted(taskIn('RUNNING', { retryCount: 2 }), fails(), RETRY).state.counted).toEqual(COUNTED);
  });

  it.each([
    [
      'the failure cannot be mended by trying again',
      taskIn('RUNNING'),
      fails(failure('BUSINESS', { retryable: false })),
      {},
    ],
    ['the task’s own limit is reached', taskIn('RUNNING', { retryCount: 1 }), fails(), { maxRetry: 1 }],
  ] as [string, TaskState, TaskInput, Partial<RuntimeFlags>][])(
    'is not retried when %s',
    (_name, task, input, flags) => {
      const { state } = granted(task, input, RETRY, flags);
      expect(state).toMatchObject({ status: 'FAILED', request: null });
      expect(state.counted).not.toBeNull();
    },
  );

  it.each([
    ['the plan is being cancelled', taskIn('RUNNING'), { planIntent: 'cancel' }],
    ['somebody asked to cancel it', taskIn('RUNNING', { request: asked('cancel') }), {}],
  ] as [string, TaskState, Partial<RuntimeFlags>][])(
    'is cancelled and not retried when %s, the failure beside it',
    (_name, task, flags) => {
      const { state } = granted(task, fails(), RETRY, flags);
      expect(state).toMatchObject({ status: 'CANCELLED', request: null });
      expect([state.failure, state.counted]).not.toContain(null);
    },
  );

  it.each([
    ['asked for', taskIn('RUNNING', { request: asked('rollback') }), 'none', 'op'],
    ['wanted by the plan', taskIn('RUNNING'), 'rollback', 'plan'],
  ] as [string, TaskState, PlanIntent, string][])(
    'rolls back as %s before any policy',
    (_name, task, planIntent, actor) => {
      const { state, events } = granted(task, fails(), { ...RETRY, ...AUTOMATIC }, { planIntent });
      expect([state.status, state.counted, events.at(-1)?.actor]).toEqual(['ROLLING_BACK', COUNTED, actor]);
    },
  );

  it.each([
    ['it never had another version', { previous: null }, FAILURE],
    ['nobody knows whether it was applied', {}, failure('IN_DOUBT', { retryable: false })],
    ['somebody changed the tenant', {}, failure('DRIFT', { retryable: false })],
  ])('is not rolled back by the policy when %s', (_name, change, of) => {
    expect(granted(taskIn('RUNNING', change), fails(of), AUTOMATIC).state.status).toBe('FAILED');
  });

  it('of a rollback is neither retried nor rolled back by a policy, and counts', () => {
    const { state, kinds } = granted(taskIn('ROLLING_BACK'), fails(), { ...RETRY, ...AUTOMATIC });
    expect(kinds).toEqual(['StageRollbackFailed', 'TaskRollbackFailed']);
    expect(state).toMatchObject({ status: 'ROLLBACK_FAILED', request: null, counted: COUNTED });
  });
});

describe('the retry of a policy', () => {
  const waiting = () => granted(taskIn('RUNNING', { counted: null }), fails(), RETRY).state;

  it('that starts counts one, and the failure is forgotten', () => {
    const { state } = granted(waiting(), admit);
    expect(state).toMatchObject({
      status: 'RUNNING',
      retryCount: 1,
      stageIndex: 1,
      failure: null,
      counted: null,
    });
  });

  it('that is taken back lets the failure count', () => {
    const { state } = granted(waiting(), { type: 'withdraw', actor: 'ann', reason: '' });
    expect(state).toMatchObject({ request: null, counted: COUNTED });
  });

  it('that is replaced by a rollback lets the failure count, by a retry of an operator not', () => {
    expect(granted(waiting(), { type: 'rollback', ...by }).state).toMatchObject({
      request: { kind: 'rollback', by: 'ann' },
      counted: COUNTED,
    });
    expect(refusal(waiting(), { type: 'retry', ...by, fromCheckpoint: true })).toBe('ALREADY_REQUESTED');
  });

  it('is full where the policy keeps no checkpoints', () => {
    const none: PolicyChoice = { ...RETRY, checkpoint: { kind: 'none' } };
    expect(granted(taskIn('RUNNING'), fails(), none).state.request?.fromCheckpoint).toBe(false);
  });
});

describe('the pause policy', () => {
  const before: PolicyChoice = { pause: { kind: 'beforeStage', stage: 'Reload' } };
  const boundary: TaskInput = { type: 'boundary' };

  it('stops before its stage once', () => {
    const held = granted(taskIn('RUNNING'), boundary, before);
    expect(held.state).toMatchObject({ status: 'PAUSED', heldBy: 'policy', policyPausedAt: 1 });
    const resumed = granted({ ...held.state, request: asked('resume') }, admit, before).state;
    expect(granted(resumed, boundary, before).kinds).toEqual([]);
  });

  it.each([
    ['another stage', { stageIndex: 2 }, 'RUNNING'],
    ['a cancel, which comes first', { request: asked('cancel') }, 'CANCELLED'],
    ['the end', { stageIndex: 3 }, 'COMPLETED'],
  ])('does not stop at %s', (_name, change, status) => {
    expect(granted(taskIn('RUNNING', change), boundary, before).state.status).toBe(status);
  });

  it('stops again in a full retry, not in one from the checkpoint', () => {
    const failed = taskIn('FAILED', { policyPausedAt: 1 });
    const retried = (fromCheckpoint: boolean) =>
      granted({ ...failed, request: asked('retry', fromCheckpoint) }, admit, before).state;
    expect(granted(retried(true), boundary, before).state.status).toBe('RUNNING');
    expect(granted({ ...retried(false), stageIndex: 1 }, boundary, before).state.status).toBe('PAUSED');
  });
});

describe('a checkpoint', () => {
  const wanted = (task: TaskState, policies: PolicyChoice = {}) =>
    granted(task, { type: 'retry', ...by, fromCheckpoint: true }, policies).state;

  it.each([
    ['kept', taskIn('FAILED'), {}, true],
    ['that the policy does not keep', taskIn('FAILED'), { checkpoint: { kind: 'none' } }, false],
    [
      'whose data is lost',
      taskIn('FAILED', { failure: failure('SYSTEM', { code: CHECKPOINT_LOST }) }),
      {},
      false,
    ],
  ] as [string, TaskState, PolicyChoice, boolean][])(
    '%s: a retry goes on from it %3$s',
    (_name, task, policies, expected) => {
      const { request } = wanted(task, policies);
      expect(request?.fromCheckpoint).toBe(expected);
      expect(granted({ ...task, request }, admit, policies).state.stageIndex).toBe(expected ? 1 : 0);
    },
  );

  it('goes on after a recovery whatever the policy', () => {
    const { state } = granted(
      taskIn('RUNNING'),
      { type: 'recovered', epoch: 3 },
      { checkpoint: { kind: 'none' } },
    );
    expect(state.stageIndex).toBe(1);
  });

  it.each([
    ['pause', taskIn('RUNNING', { request: asked('pause') }), { type: 'boundary' }, true],
    ['failure', taskIn('RUNNING'), fails(), true],
    ['end', taskIn('RUNNING', { stageIndex: 3 }), { type: 'boundary' }, false],
    ['cancel', taskIn('PAUSED'), { type: 'cancel', ...by }, false],
    ['rollback', taskIn('FAILED', { request: asked('rollback') }), admit, false],
    ['end of a rollback', taskIn('ROLLING_BACK', { stageIndex: 3 }), { type: 'boundary' }, false],
    ['failed rollback', taskIn('ROLLING_BACK'), fails(), true],
    ['full retry', taskIn('FAILED', { request: asked('retry') }), admit, false],
    ['retry from it', taskIn('FAILED', { request: asked('retry', true) }), admit, true],
  ] as [string, TaskState, TaskInput, boolean][])(
    'keeps its data through a %s: %3$s',
    (_name, task, input, kept) => {
      const dataAt = { epoch: 2, stageIndex: 0 };
      expect(granted({ ...task, dataAt }, input).state.dataAt).toEqual(kept ? dataAt : null);
    },
  );
});
