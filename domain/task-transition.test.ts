import { describe, expect, it } from 'vitest';
import { ANY_APPROVER } from './approval';
import {
  NO_COURSE,
  REQUEST_KINDS,
  TASK_STATUS_CHANGES,
  TASK_STATUSES,
  type TaskState,
  type TaskStatus,
} from './task';
import { createTaskMachine, type TaskInput, type TaskInputType, whyNot } from './task-transition';
import { decide, granted, refusal } from './testing/decide-task';
import { asked, contextOf, FAILURE, NOW, PLAIN_APPROVAL, taskIn } from './testing-states';

const by = { actor: 'op', reason: null };
const step = { stage: 'Reload', step: 'tell', stepIndex: 0 };

/** What each row of the table gives the machine, and what the task looks like beforehand besides its status. */
const ROWS: Record<string, { input: TaskInput; before?: Partial<TaskState> }> = {
  validate: { input: { type: 'validate', actor: 'op' } },
  validationPassed: { input: { type: 'validationPassed', actor: 'op', warnings: [] } },
  validationFailed: { input: { type: 'validationFailed', actor: 'op', errors: [] } },
  pause: { input: { type: 'pause', ...by } },
  resume: { input: { type: 'resume', ...by } },
  'resume/unstarted': { input: { type: 'resume', ...by }, before: { startedAt: null } },
  cancel: { input: { type: 'cancel', ...by } },
  retry: { input: { type: 'retry', ...by, fromCheckpoint: true } },
  rollback: { input: { type: 'rollback', ...by } },
  approve: { input: { type: 'approve', ...by, approver: ANY_APPROVER }, before: { heldBy: 'approval' } },
  'approve/unneeded': { input: { type: 'approve', ...by, approver: ANY_APPROVER } },
  'approve/half': {
    input: { type: 'approve', ...by, approver: ANY_APPROVER },
    before: { heldBy: 'approval', approval: { ...PLAIN_APPROVAL, needs: 2 } },
  },
  reject: { input: { type: 'reject', ...by }, before: { heldBy: 'approval' } },
  'reject/unneeded': { input: { type: 'reject', ...by } },
  withdraw: { input: { type: 'withdraw', actor: 'op', reason: '' }, before: { request: asked('rollback') } },
  'admit/unasked': { input: { type: 'admit' } },
  'admit/resume': { input: { type: 'admit' }, before: { request: asked('resume') } },
  'admit/retry': { input: { type: 'admit' }, before: { request: asked('retry') } },
  'admit/rollback': { input: { type: 'admit' }, before: { request: asked('rollback') } },
  stageStarted: { input: { type: 'stageStarted', stage: 'Reload' } },
  stageSkipped: { input: { type: 'stageSkipped', stage: 'Reload', reason: 'label' } },
  stepStarted: { input: { type: 'stepStarted', ...step, stepType: 'broadcast' } },
  stepSucceeded: {
    input: { type: 'stepSucceeded', ...step, stepType: 'broadcast', detail: 'told', attempts: [] },
  },
  stepFailed: {
    input: { type: 'stepFailed', ...step, stepType: 'config-update', failure: FAILURE, attempts: [] },
  },
  stageSucceeded: { input: { type: 'stageSucceeded', stage: 'Reload' } },
  stageFailed: { input: { type: 'stageFailed', stage: 'Reload', failure: FAILURE } },
  approvalNeeded: { input: { type: 'approvalNeeded', stage: 'Reload', approval: PLAIN_APPROVAL } },
  approvalDue: {
    input: { type: 'approvalDue' },
    before: { heldBy: 'approval', approval: { ...PLAIN_APPROVAL, due: NOW.toISOString() } },
  },
  'approvalDue/yes': {
    input: { type: 'approvalDue' },
    before: {
      heldBy: 'approval',
      approval: { ...PLAIN_APPROVAL, due: NOW.toISOString(), otherwise: 'approve' },
    },
  },
  'approvalDue/early': {
    input: { type: 'approvalDue' },
    before: { heldBy: 'approval', approval: PLAIN_APPROVAL },
  },
  'boundary/left': { input: { type: 'boundary' } },
  'boundary/done': { input: { type: 'boundary' }, before: { stageIndex: 3 } },
  takeoverBoundary: { input: { type: 'takeoverBoundary' } },
  probed: {
    input: { type: 'probed', ...step, message: '', round: 1, rounds: 3, instances: [], course: NO_COURSE },
  },
  retrying: { input: { type: 'retrying', ...step, detail: 'answered 503', course: NO_COURSE } },
  broke: { input: { type: 'broke', reason: 'out of memory' } },
  recovered: { input: { type: 'recovered', epoch: 2 } },
  heartbeat: { input: { type: 'heartbeat' } },
};

/** Fails to compile when a type of input is missing, so that no row can be forgotten. */
const EVERY_TYPE: Record<TaskInputType, true> = {
  validate: true,
  validationPassed: true,
  validationFailed: true,
  pause: true,
  resume: true,
  cancel: true,
  retry: true,
  rollback: true,
  approve: true,
  reject: true,
  withdraw: true,
  admit: true,
  stageStarted: true,
  stageSkipped: true,
  stepStarted: true,
  stepSucceeded: true,
  stepFailed: true,
  stageSucceeded: true,
  stageFailed: true,
  approvalNeeded: true,
  approvalDue: true,
  boundary: true,
  takeoverBoundary: true,
  probed: true,
  retrying: true,
  broke: true,
  recovered: true,
  heartbeat: true,
};

/** Every input in every status: the status afterwards, or `-` where it is refused. */
const TABLE = `
                  CREATED    VALIDATING        VALIDATION_FAILED PENDING   RUNNING      PAUSED       COMPLETED    FAILED       CANCELLED    ROLLING_BACK    ROLLED_BACK ROLLBACK_FAILED
validate          VALIDATING -                 -                 -         -            -            -            -            -            -               -           -
validationPassed  -          PENDING           -                 -         -            -            -            -            -            -               -           -
validationFailed  -          VALIDATION_FAILED -                 -         -            -            -            -            -            -               -           -
pause             -          -                 -                 PAUSED    RUNNING      -            -            -            -            -               -           -
resume            -          -                 -                 -         -            PAUSED       -            -            -            -               -           -
resume/unstarted  -          -                 -                 -         -            PENDING      -            -            -            -               -           -
cancel            -          -                 -                 CANCELLED RUNNING      CANCELLED    -            -            -            -               -           -
retry             -          -                 -                 -         -            -            -            FAILED       CANCELLED    -               ROLLED_BACK -
rollback          -          -                 -                 -         RUNNING      PAUSED       COMPLETED    FAILED       CANCELLED    -               -           ROLLBACK_FAILED
approve           -          -                 -                 -         -            PAUSED       -            -            -            -               -           -
approve/unneeded  -          -                 -                 -         -            -            -            -            -            -               -           -
approve/half      -          -                 -                 -         -            PAUSED       -            -            -            -               -           -
reject            -          -                 -                 -         -            CANCELLED    -            -            -            -               -           -
reject/unneeded   -          -                 -                 -         -            -            -            -            -            -               -           -
withdraw          -          -                 -                 -         RUNNING      PAUSED       COMPLETED    FAILED       CANCELLED    -               ROLLED_BACK ROLLBACK_FAILED
admit/unasked     -          -                 -                 RUNNING   -            -            -            -            -            -               -           -
admit/resume      -          -                 -                 RUNNING   -            RUNNING      -            -            -            -               -           -
admit/retry       -          -                 -                 RUNNING   -            -            -            RUNNING      RUNNING      -               RUNNING     -
admit/rollback    -          -                 -                 RUNNING   -            ROLLING_BACK ROLLING_BACK ROLLING_BACK ROLLING_BACK -               -           ROLLING_BACK
stageStarted      -          -                 -                 -         RUNNING      -            -            -            -            ROLLING_BACK    -           -
stageSkipped      -          -                 -                 -         RUNNING      -            -            -            -            ROLLING_BACK    -           -
stepStarted       -          -                 -                 -         RUNNING      -            -            -            -            ROLLING_BACK    -           -
stepSucceeded     -          -                 -                 -         RUNNING      -            -            -            -            ROLLING_BACK    -           -
stepFailed        -          -                 -                 -         RUNNING      -            -            -            -            ROLLING_BACK    -           -
stageSucceeded    -          -                 -                 -         RUNNING      -            -            -            -            ROLLING_BACK    -           -
stageFailed       -          -                 -                 -         FAILED       -            -            -            -            ROLLBACK_FAILED -           -
approvalNeeded    -          -                 -                 -         PAUSED       -            -            -            -            -               -           -
approvalDue       -          -                 -                 -         -            CANCELLED    -            -            -            -               -           -
approvalDue/yes   -          -                 -                 -         -            PAUSED       -            -            -            -               -           -
approvalDue/early -          -                 -                 -         -            -            -            -            -            -               -           -
boundary/left     -          -                 -                 -         RUNNING      -            -            -            -            ROLLING_BACK    -           -
boundary/done     -          -                 -                 -         COMPLETED    -            -            -            -            ROLLED_BACK     -           -
takeoverBoundary  -          -                 -                 -         RUNNING      -            -            -            -            ROLLING_BACK    -           -
probed            -          -                 -                 -         RUNNING      -            -            -            -            ROLLING_BACK    -           -
retrying          -          -                 -                 -         RUNNING      -            -            -            -            ROLLING_BACK    -           -
broke             -          -                 -                 -         RUNNING      -            -            -            -            ROLLING_BACK    -           -
recovered         -          -                 -                 -         RUNNING      -            -            -            -            ROLLING_BACK    -           -
heartbeat         -          -                 -                 -         RUNNING      -            -            -            -            ROLLING_BACK    -           -
`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));

const cells = TABLE.slice(1).flatMap(([row = '', ...after]) =>
  after.map((expected, column) => ({ row, status: TABLE[0]?.[column] as TaskStatus, expected })),
);

describe('the table', () => {
  it('names every status and every input', () => {
    expect(TABLE[0]).toEqual([...TASK_STATUSES]);
    expect(TABLE.slice(1).map(([row]) => row)).toEqual(Object.keys(ROWS));
    expect(cells).toHaveLength(TASK_STATUSES.length * Object.keys(ROWS).length);
    expect(new Set(Object.values(ROWS).map(({ input }) => input.type))).toEqual(
      new Set(Object.keys(EVERY_TYPE)),
    );
  });

  it.each(cells)('$row in $status: $expected', ({ row, status, expected }) => {
    const setup = ROWS[row];
    if (!setup) throw new Error(`no row ${row}`);
    const task = taskIn(status, setup.before);
    const untouched = structuredClone(task);
    const outcome = decide(task, setup.input);
    expect(outcome.ok ? outcome.state.status : '-').toBe(expected);
    expect(task).toEqual(untouched);
    if (!outcome.ok) return expect(outcome.rejection.message).not.toBe('');
    if (outcome.state.status !== status) expect(TASK_STATUS_CHANGES[status]).toContain(outcome.state.status);
  });

  it('reaches every permitted change of status but those that need more than one row can say', () => {
    const reached = new Set(
      cells
        .filter((cell) => cell.expected !== '-' && cell.expected !== cell.status)
        .map((cell) => `${cell.status}>${cell.expected}`),
    );
    const permitted = TASK_STATUSES.flatMap((from) => TASK_STATUS_CHANGES[from].map((to) => `${from}>${to}`));
    // These are granted at a boundary, below.
    expect(permitted.filter((pair) => !reached.has(pair))).toEqual([
      'RUNNING>CANCELLED',
      'RUNNING>ROLLING_BACK',
    ]);
  });

  it('is what the console asks: whyNot agrees with it in every status', () => {
    for (const command of [...REQUEST_KINDS, 'withdraw', 'approve', 'reject'] as const) {
      for (const status of TASK_STATUSES) {
        const task = taskIn(status, ROWS[command]?.before);
        const expected = cells.find((cell) => cell.row === command && cell.status === status)?.expected;
        expect(whyNot(contextOf(task), command) === null, `${command} in ${status}`).toBe(expected !== '-');
      }
    }
  });
});

describe('requests', () => {
  it('opens one beside the confirmed status and refuses the same again', () => {
    const { state, events } = granted(taskIn('RUNNING'), { type: 'pause', actor: 'ann', reason: 'lunch' });
    expect(state).toMatchObject({
      status: 'RUNNING',
      request: { kind: 'pause', by: 'ann', reason: 'lunch' },
    });
    expect(events).toMatchObject([{ kind: 'PauseRequested', payload: { by: 'ann', reason: 'lunch' } }]);
    expect(refusal(state, { type: 'pause', ...by })).toBe('ALREADY_REQUESTED');
  });

  it('lets a newer one replace an older one and logs both', () => {
    const { state, events } = granted(taskIn('RUNNING', { request: asked('pause') }), {
      type: 'cancel',
      ...by,
    });
    expect(state.request?.kind).toBe('cancel');
    expect(events).toMatchObject([
      { kind: 'RequestWithdrawn', payload: { kind: 'pause', reason: 'Replaced by a cancel request.' } },
      { kind: 'CancelRequested' },
    ]);
  });

  it('takes one back, and has nothing to take back without one', () => {
    const { state, kinds } = granted(taskIn('RUNNING', { request: asked('pause') }), {
      type: 'withdraw',
      actor: 'op',
      reason: '',
    });
    expect([state.request, ...kinds]).toEqual([null, 'RequestWithdrawn']);
    expect(refusal(state, { type: 'withdraw', actor: 'op', reason: '' })).toBe('NO_OPEN_REQUEST');
  });

  it.each([
    ['taken back', { type: 'withdraw', actor: 'op', reason: '' }],
    ['replaced', { type: 'rollback', ...by }],
  ] as const)('leaves a task to the operator whose resume with its plan is %s', (_how, input) => {
    const freed = taskIn('PAUSED', { heldBy: 'plan', request: asked('resume') });
    expect(granted(freed, input).state.heldBy).toBe('operator');
    const held = taskIn('PAUSED', { heldBy: 'plan', request: asked('rollback') });
    expect(granted(held, { type: 'withdraw', actor: 'op', reason: '' }).state.heldBy).toBe('plan');
  });
});

describe('guards', () => {
  const retry: TaskInput = { type: 'retry', ...by, fromCheckpoint: false };
  const rollback: TaskInput = { type: 'rollback', ...by };
  const resume: TaskInput = { type: 'resume', ...by };

  it.each([
    ['retry below the limit', taskIn('FAILED', { retryCount: 2 }), retry, {}, 'granted'],
    ['retry at the limit', taskIn('FAILED', { retryCount: 3 }), retry, {}, 'RETRY_LIMIT'],
    [
      'retry at the limit with a reason',
      taskIn('FAILED', { retryCount: 3 }),
      { ...retry, reason: 'x' },
      {},
      'granted',
    ],
    ['retry with no retries at all', taskIn('FAILED'), retry, { maxRetry: 0 }, 'RETRY_LIMIT'],
    ['retry behind a newer task', taskIn('FAILED'), retry, { newerTaskStarted: true }, 'NEWER_TASK'],
    ['retry in a cancelling plan', taskIn('FAILED'), retry, { planIntent: 'cancel' }, 'PLAN_CANCELLING'],
    [
      'retry in a plan rolling back',
      taskIn('FAILED'),
      retry,
      { planIntent: 'rollback' },
      'PLAN_ROLLING_BACK',
    ],
    ['retry of what never began', taskIn('CANCELLED'), retry, { planAbandoned: true }, 'PLAN_NOT_STARTED'],
    ['retry in a paused plan waits', taskIn('FAILED'), retry, { planIntent: 'pause' }, 'granted'],
    ['rollback behind a newer task', taskIn('COMPLETED'), rollback, { newerTaskStarted: true }, 'NEWER_TASK'],
    ['rollback to nothing', taskIn('COMPLETED', { previous: null }), rollback, {}, 'NO_PREVIOUS'],
    [
      'rollback of nothing',
      taskIn('CANCELLED', { stageStarted: false }),
      rollback,
      {},
      'NOTHING_TO_ROLL_BACK',
    ],
    ['rollback in a paused plan', taskIn('PAUSED'), rollback, { planIntent: 'pause' }, 'granted'],
    ['resume in a paused plan', taskIn('PAUSED'), resume, { planIntent: 'pause' }, 'PLAN_PAUSED'],
    ['resume in a cancelling plan', taskIn('PAUSED'), resume, { planIntent: 'cancel' }, 'PLAN_CANCELLING'],
    [
      'resume in a plan rolling back',
      taskIn('PAUSED'),
      resume,
      { planIntent: 'rollback' },
      'PLAN_ROLLING_BACK',
    ],
    [
      'a first admission in a paused plan',
      taskIn('PENDING'),
      { type: 'admit' },
      { planIntent: 'pause' },
      'PLAN_PAUSED',
    ],
    [
      'granting a resume in a paused plan',
      taskIn('PAUSED', { request: asked('resume') }),
      { type: 'admit' },
      { planIntent: 'pause' },
      'PLAN_PAUSED',
    ],
    [
      'granting a retry in a cancelling plan',
      taskIn('FAILED', { request: asked('retry') }),
      { type: 'admit' },
      { planIntent: 'cancel' },
      'PLAN_PAUSED',
    ],
    [
      'granting a rollback in a paused plan',
      taskIn('PAUSED', { request: asked('rollback') }),
      { type: 'admit' },
      { planIntent: 'pause' },
      'granted',
    ],
    [
      'granting a retry behind a newer task',
      taskIn('FAILED', { request: asked('retry') }),
      { type: 'admit' },
      { newerTaskStarted: true },
      'NEWER_TASK',
    ],
    [
      'granting a rollback behind a newer task',
      taskIn('FAILED', { request: asked('rollback') }),
      { type: 'admit' },
      { newerTaskStarted: true },
      'NEWER_TASK',
    ],
  ] as [string, TaskState, TaskInput, object, string][])('%s', (_name, task, input, flags, expected) => {
    const untouched = structuredClone(task);
    expect(refusal(task, input, flags)).toBe(expected);
    expect(task).toEqual(untouched);
  });

  it('says how many retries there were', () => {
    const outcome = decide(taskIn('FAILED', { retryCount: 3 }), retry);
    expect(outcome.ok ? '' : outcome.rejection.message).toContain('Retry limit reached (3 of 3)');
  });

  it('asks registered guards after its own, and shows hooks every transition', () => {
    const seen: string[] = [];
    const machine = createTaskMachine({
      guards: { cancel: [() => ({ code: 'REFUSED_BY_GUARD', message: 'Not on Fridays.' })] },
      instrumentation: [
        {
          beforeGuard: (_context, input) => seen.push(`before ${input.type}`),
          afterTransition: (_context, input, outcome) => seen.push(`after ${input.type} ${outcome.ok}`),
        },
      ],
    });
    machine(contextOf(taskIn('PENDING')), { type: 'cancel', ...by }, NOW);
    machine(contextOf(taskIn('PENDING')), { type: 'pause', ...by }, NOW);
    expect(seen).toEqual(['before cancel', 'after cancel false', 'before pause', 'after pause true']);
  });
});
