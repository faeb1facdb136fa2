import { describe, expect, it } from 'vitest';
import type { PlanIntent } from './plan-intent';
import type { RequestKind, TaskState } from './task';
import { type TaskInput, transitionTask } from './task-transition';
import { admit, granted } from './testing/decide-task';
import { asked, contextOf, FAILURE, NOW, STARTED, taskIn } from './testing-states';

const boundary = { type: 'boundary' } as const;
const failed: TaskInput = { type: 'stageFailed', stage: 'Reload', failure: FAILURE };

describe('a boundary between stages', () => {
  it.each([
    // request, plan intent, status, who holds it
    [null, 'none', 'RUNNING', null],
    ['pause', 'none', 'PAUSED', 'operator'],
    [null, 'pause', 'PAUSED', 'plan'],
    ['pause', 'pause', 'PAUSED', 'operator'],
    ['cancel', 'none', 'CANCELLED', null],
    ['cancel', 'pause', 'CANCELLED', null],
    [null, 'cancel', 'CANCELLED', null],
    ['pause', 'cancel', 'CANCELLED', null],
    ['rollback', 'none', 'ROLLING_BACK', null],
    ['rollback', 'pause', 'ROLLING_BACK', null],
    ['rollback', 'cancel', 'ROLLING_BACK', null],
    [null, 'rollback', 'ROLLING_BACK', null],
    ['pause', 'rollback', 'ROLLING_BACK', null],
    ['cancel', 'rollback', 'ROLLING_BACK', null],
  ] as [RequestKind | null, PlanIntent, string, string | null][])(
    'asked %s under plan intent %s: %s',
    (request, intent, status, heldBy) => {
      const task = taskIn('RUNNING', { request: request ? asked(request) : null });
      const { state } = granted(task, boundary, {}, { planIntent: intent });
      expect(state).toMatchObject({ status, heldBy, request: null });
    },
  );

  it('cancels what has started nothing when its plan rolls back', () => {
    const task = taskIn('RUNNING', { stageIndex: 0, stageStarted: false });
    expect(granted(task, boundary, {}, { planIntent: 'rollback' }).state.status).toBe('CANCELLED');
  });

  it('cancels what has nothing to go back to when its plan rolls back', () => {
    expect(
      granted(taskIn('RUNNING', { previous: null }), boundary, {}, { planIntent: 'rollback' }).state.status,
    ).toBe('CANCELLED');
  });

  it('accepts nothing while rolling back', () => {
    const { state, events } = granted(taskIn('ROLLING_BACK'), boundary, {}, { planIntent: 'cancel' });
    expect([state.status, events]).toEqual(['ROLLING_BACK', []]);
  });
});

describe('the last stage', () => {
  const done = (change: Partial<TaskState> = {}) => taskIn('RUNNING', { stageIndex: 3, ...change });

  it.each(['pause', 'cancel'] as const)('withdraws an open %s, which came too late', (kind) => {
    const { state, events } = granted(done({ request: asked(kind) }), boundary);
    expect(state).toMatchObject({
      status: 'COMPLETED',
      request: null,
      durationMillis: 120_000,
      endedAt: NOW,
    });
    expect(events).toMatchObject([
      { kind: 'RequestWithdrawn', actor: 'system', payload: { kind } },
      { kind: 'TaskCompleted', payload: { completedStages: 3, durationMillis: 120_000 } },
    ]);
  });

  it.each(['pause', 'cancel'] as const)('completes although the plan wants to %s', (intent) => {
    expect(granted(done(), boundary, {}, { planIntent: intent }).state.status).toBe('COMPLETED');
  });

  it('still grants a rollback', () => {
    const { state, kinds } = granted(done({ request: asked('rollback') }), boundary);
    expect([state.status, ...kinds]).toEqual(['ROLLING_BACK', 'TaskRollingBack']);
  });
});

describe('a failed stage', () => {
  it('grants an open cancel, with the failure beside it', () => {
    const { state, kinds } = granted(taskIn('RUNNING', { request: asked('cancel') }), failed);
    expect(state).toMatchObject({ status: 'CANCELLED', request: null, failure: FAILURE, endedAt: NOW });
    expect(kinds).toEqual(['StageFailed', 'TaskCancelled']);
  });

  it('withdraws an open pause and ends the task', () => {
    const { state, kinds } = granted(taskIn('RUNNING', { request: asked('pause') }), failed);
    expect(state).toMatchObject({
      status: 'FAILED',
      request: null,
      failure: FAILURE,
      endedAt: NOW,
      stageIndex: 1,
    });
    expect(kinds).toEqual(['StageFailed', 'RequestWithdrawn', 'TaskFailed']);
  });

  it.each([
    ['asked for', 'none', asked('rollback')],
    ['wanted by the plan', 'rollback', null],
  ] as const)('goes into the rollback that was %s', (_name, intent, request) => {
    const { state, kinds } = granted(taskIn('RUNNING', { request }), failed, {}, { planIntent: intent });
    expect(state).toMatchObject({
      status: 'ROLLING_BACK',
      direction: 'rollback',
      stageIndex: 0,
      endedAt: null,
    });
    expect(kinds).toEqual(['StageFailed', 'TaskRollingBack']);
  });

  it('of a rollback ends in ROLLBACK_FAILED with the stages that went back', () => {
    const { state, events } = granted(taskIn('ROLLING_BACK'), failed);
    expect(state).toMatchObject({ status: 'ROLLBACK_FAILED', failure: FAILURE, endedAt: NOW });
    expect(events).toMatchObject([
      { kind: 'StageRollbackFailed' },
      { kind: 'TaskRollbackFailed', payload: { stages: ['Config'] } },
    ]);
  });
});

describe('a retry', () => {
  it('from the checkpoint skips what is done, counts one and shows where it stands', () => {
    const { state, events } = granted(taskIn('FAILED', { request: asked('retry', true) }), admit);
    expect(state).toMatchObject({
      status: 'RUNNING',
      stageIndex: 1,
      retryCount: 1,
      attempt: 2,
      failure: null,
      endedAt: null,
      durationMillis: null,
      startedAt: STARTED,
      retry: { fromCheckpoint: true },
    });
    expect(events).toMatchObject([
      { kind: 'TaskRetryStarted', payload: { fromCheckpoint: true, retryCount: 1, stageIndex: 1 } },
      { kind: 'TaskProgress', payload: { completedStages: 1 } },
    ]);
  });

  it('in full starts at the first stage', () => {
    const { state, kinds } = granted(taskIn('FAILED', { request: asked('retry') }), admit);
    expect(state).toMatchObject({ stageIndex: 0, retryCount: 1, retry: { fromCheckpoint: false } });
    expect(kinds).toEqual(['TaskRetryStarted']);
  });

  it.each(['CANCELLED', 'ROLLED_BACK'] as const)('of a task that is %s is always full', (status) => {
    const wanted = granted(taskIn(status), {
      type: 'retry',
      actor: 'op',
      reason: null,
      fromCheckpoint: true,
    });
    expect(wanted.state.request?.fromCheckpoint).toBe(false);
    expect(granted(wanted.state, admit).state).toMatchObject({ direction: 'forward', stageIndex: 0 });
  });

  it('of a task that was cancelled before it ever started starts it', () => {
    const never = taskIn('CANCELLED', { startedAt: null, stageStarted: false, request: asked('retry') });
    expect(granted(never, admit).state.startedAt).toEqual(NOW);
  });

  const retrying = (change: Partial<TaskState> = {}) =>
    taskIn('RUNNING', { retry: { fromCheckpoint: true }, ...change });
  it.each([
    ['completed', retrying({ stageIndex: 3 }), boundary],
    ['failed', retrying(), failed],
    ['cancelled', retrying({ request: asked('cancel') }), boundary],
    ['rolled back', retrying({ request: asked('rollback') }), boundary],
  ] as [string, TaskState, TaskInput][])('reports its end once: %s', (outcome, task, input) => {
    const { state, events } = granted(task, input);
    expect(state.retry).toBeNull();
    expect(events.filter((event) => event.kind === 'TaskRetryCompleted')).toMatchObject([
      { payload: { fromCheckpoint: true, outcome } },
    ]);
  });

  it('goes on being one through a pause', () => {
    const { state, kinds } = granted(retrying({ request: asked('pause') }), boundary);
    expect(state.retry).toEqual({ fromCheckpoint: true });
    expect(kinds).toEqual(['TaskPaused']);
  });
});

describe('a rollback', () => {
  it('begins at the first stage with an attempt of its own and restores the previous version', () => {
    const { state } = granted(taskIn('COMPLETED', { request: asked('rollback') }), { type: 'admit' });
    expect(state).toMatchObject({
      direction: 'rollback',
      stageIndex: 0,
      attempt: 2,
      retryCount: 0,
      endedAt: null,
    });
    const { state: back, events } = granted({ ...state, stageIndex: 3 }, boundary);
    expect(back).toMatchObject({ status: 'ROLLED_BACK', endedAt: NOW, failure: null });
    expect(events).toMatchObject([
      {
        kind: 'TaskRolledBack',
        payload: { previous: { unitId: 'router', unitName: 'Router', version: 'v1' } },
      },
    ]);
  });
});

describe('a step', () => {
  const start = {
    type: 'stepStarted',
    stage: 'Reload',
    step: 'tell',
    stepIndex: 0,
    stepType: 'broadcast',
  } as const;

  it('announced twice without an answer is in doubt', () => {
    const once = granted(taskIn('RUNNING'), start);
    expect(once.kinds).toEqual(['StepStarted']);
    expect(granted(once.state, start).kinds).toEqual(['StepInDoubt', 'StepStarted']);
    expect(granted(once.state, { ...start, stepIndex: 1 }).kinds).toEqual(['StepStarted']);
  });

  it.each([
    ['broadcast', 'it is sent again with the same key'],
    ['sql', 'it is sent again with the same key'],
    ['health-check', 'it begins anew, for it changes nothing'],
    ['metric-gate', 'it begins anew, for it changes nothing'],
    ['wait', 'it begins anew, for it changes nothing'],
  ])('of type %s that is in doubt is told as what is done with it', (stepType, words) => {
    const once = granted(taskIn('RUNNING'), { ...start, stepType });
    const [doubt] = granted(once.state, { ...start, stepType }).events;
    expect(doubt?.message).toBe(`No answer is on record for tell; ${words}`);
  });

  it('that sends a configuration makes the health unconfirmed until it is checked again', () => {
    const confirmed = taskIn('RUNNING', { healthConfirmed: true, configSent: false });
    const sent = granted(confirmed, { ...start, stepType: 'config-update' }).state;
    expect(sent).toMatchObject({ configSent: true, healthConfirmed: false });
    const { stepType: _, ...rest } = start;
    const checked = {
      ...rest,
      type: 'stepSucceeded' as const,
      stepType: 'health-check',
      detail: '',
      attempts: [],
    };
    expect(granted(sent, checked).state.healthConfirmed).toBe(true);
    // It was looked at, and what was seen says nothing of what runs there.
    expect(granted(sent, { ...checked, confirms: false }).state.healthConfirmed).toBe(false);
  });
});

describe('a recovery', () => {
  it('counts no retry, keeps attempt and checkpoint, and shows where it stands', () => {
    const task = taskIn('RUNNING');
    const { state, kinds } = granted(task, { type: 'recovered', epoch: 4 });
    expect(state).toEqual({
      ...task,
      takeover: { count: 1, at: NOW.toISOString(), notBefore: NOW.toISOString(), reason: null },
    });
    expect(kinds).toEqual(['TaskRecovered', 'TaskProgress']);
  });
});

describe('times', () => {
  it('startedAt is set once; a pause ends nothing', () => {
    const first = granted(taskIn('PENDING'), { type: 'admit' }).state;
    expect(first.startedAt).toEqual(NOW);
    const paused = granted({ ...first, startedAt: STARTED, request: asked('pause') }, boundary).state;
    expect(paused).toMatchObject({ endedAt: null, durationMillis: null, startedAt: STARTED });
    const again = granted({ ...paused, request: asked('resume') }, { type: 'admit' });
    expect(again.state.startedAt).toEqual(STARTED);
    expect(again.kinds).toEqual(['TaskResumed', 'TaskProgress']);
  });

  it('counts what was worked, and not the night before a retry', () => {
    const evening = (minutes: number) => new Date(STARTED.getTime() + minutes * 60_000);
    const morning = (minutes: number) => new Date(evening(minutes).getTime() + 14 * 3_600_000);
    const at = (task: TaskState, input: TaskInput, now: Date) => {
      const outcome = transitionTask(contextOf(task), input, now);
      if (!outcome.ok) throw new Error(outcome.rejection.message);
      return outcome.state;
    };
    const started = at(taskIn('PENDING'), { type: 'admit' }, evening(0));
    const evenings = at({ ...started, currentStage: 'Config' }, failed, evening(3));
    expect(evenings).toMatchObject({ status: 'FAILED', durationMillis: 3 * 60_000 });
    const again = at({ ...evenings, request: asked('retry') }, { type: 'admit' }, morning(0));
    const done = at({ ...again, stageIndex: 3 }, boundary, morning(2));
    expect(done).toMatchObject({ status: 'COMPLETED', durationMillis: 5 * 60_000, endedAt: morning(2) });
    // A pause is not work either.
    const paused = at({ ...again, request: asked('pause') }, boundary, morning(1));
    expect(at(paused, { type: 'cancel', actor: 'ann', reason: null }, morning(600))).toMatchObject({
      status: 'CANCELLED',
      durationMillis: 4 * 60_000,
    });
  });
});
