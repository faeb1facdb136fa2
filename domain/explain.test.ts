import { describe, expect, it } from 'vitest';
import { explain } from './explain';
import { TASK_STATUSES } from './task';
import type { TaskSituation } from './why';

const AT = '2026-01-01T12:00:00.000Z';
const situation = (change: Partial<TaskSituation>): TaskSituation => ({
  status: 'PENDING',
  request: null,
  heldBy: null,
  currentStage: 'Config',
  stageIndex: 1,
  totalStages: 3,
  failure: null,
  planStatus: 'RUNNING',
  planIntent: 'none',
  planHalted: null,
  stopped: null,
  startAt: null,
  startBy: null,
  wave: 0,
  planWave: 0,
  lastWave: 0,
  waveFailed: 0,
  bakeUntil: null,
  frozen: null,
  occupied: 0,
  maxConcurrency: 10,
  ahead: 0,
  tenantHeldBy: null,
  ...change,
});
const asked = (kind: 'resume' | 'retry' | 'rollback' | 'pause', notBefore?: string) => ({
  kind,
  by: 'ann',
  reason: null,
  notBefore,
});
const failed = { status: 'FAILED', failure: { message: 'Answered 500.', errorType: 'BUSINESS' } } as const;
const freeze = { frozen: { name: 'Holidays', until: AT } };

describe('why a task waits', () => {
  it.each([
    [{ planStatus: 'READY' }, 'Waiting: the plan has not been started.'],
    [{ planStatus: 'READY', startAt: AT }, `Waiting: the plan starts at ${AT}.`],
    [{ stopped: { reason: 'Incident 7' } }, 'Waiting: admission is stopped everywhere (Incident 7).'],
    [
      { planHalted: { reason: '3 tasks failed.' } },
      'Waiting: the plan is halted. 3 tasks failed. Continue it to go on.',
    ],
    [{ planIntent: 'pause' }, 'Waiting: the plan is paused.'],
    [{ wave: 2, lastWave: 2 }, 'Waiting: wave 3 of 3 starts after wave 1.'],
    [{ wave: 1, lastWave: 2, bakeUntil: AT }, `Waiting: wave 2 of 3 starts at ${AT}, after the bake.`],
    [
      { wave: 1, lastWave: 2, bakeUntil: AT, waveGate: { measured: 2, of: 5 } },
      'Waiting: wave 2 of 3 starts once wave 1 has passed its gate, measured 2 of 5 times.',
    ],
    [{ wave: 1, lastWave: 2, waveGate: { measured: 0, of: 5 } }, 'Waiting: wave 2 of 3 starts after wave 1.'],
    [{ wave: 2, lastWave: 2, bakeUntil: AT }, 'Waiting: wave 3 of 3 starts after wave 1.'],
    [
      { wave: 1, lastWave: 2, waveFailed: 2 },
      'Waiting: wave 2 of 3 does not start while 2 of wave 1 did not complete. Retry them, or continue the plan in spite of them.',
    ],
    [freeze, `Waiting: frozen until ${AT} (Holidays).`],
    [{ tenantHeldBy: 'PLN-7' }, 'Waiting: tenant busy in PLN-7.'],
    [{ occupied: 10, ahead: 3 }, 'Waiting: 10 of 10 slots busy, 4th in queue.'],
    [{ ahead: 0 }, 'Waiting: about to start, 1st in queue.'],
    [{ ahead: 1 }, 'Waiting: about to start, 2nd in queue.'],
    [{ ahead: 2 }, 'Waiting: about to start, 3rd in queue.'],
    [{ ahead: 10 }, 'Waiting: about to start, 11th in queue.'],
    [{ ahead: 11 }, 'Waiting: about to start, 12th in queue.'],
    [{ ahead: 20 }, 'Waiting: about to start, 21st in queue.'],
    [{ ahead: 110 }, 'Waiting: about to start, 111th in queue.'],
  ] as [Partial<TaskSituation>, string][])('%o', (change, expected) => {
    expect(explain(situation(change))).toBe(expected);
  });

  it('names what stops everything before what stops the plan, and that before what stops the task', () => {
    const all = { stopped: { reason: 'S' }, planHalted: { reason: 'H.' }, ...freeze, tenantHeldBy: 'PLN-7' };
    expect(explain(situation(all))).toContain('stopped everywhere');
    expect(explain(situation({ ...all, stopped: null }))).toContain('halted');
    expect(explain(situation({ ...all, stopped: null, planHalted: null }))).toContain('frozen');
  });
});

describe('a request that waits', () => {
  it.each([
    ['PAUSED', 'resume'],
    ['FAILED', 'retry'],
    ['COMPLETED', 'rollback'],
    ['CANCELLED', 'retry'],
    ['ROLLED_BACK', 'retry'],
    ['ROLLBACK_FAILED', 'rollback'],
  ] as const)('in %s is told with what it waits for', (status, kind) => {
    const word = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    expect(explain(situation({ status, request: asked(kind), occupied: 10 }))).toBe(
      `${word} requested by ann; waiting: 10 of 10 slots busy.`,
    );
  });

  it.each([
    [{ ...failed, request: asked('retry', AT) }, `waiting: the next try is not before ${AT}.`],
    [{ ...failed, request: asked('retry'), ...freeze }, `waiting: frozen until ${AT} (Holidays).`],
    [{ ...failed, request: asked('rollback'), ...freeze }, 'waiting: about to start.'],
    [{ status: 'PAUSED', request: asked('resume'), planIntent: 'pause' }, 'waiting: the plan is paused.'],
    [{ status: 'PAUSED', request: asked('rollback'), planIntent: 'pause' }, 'waiting: about to start.'],
  ] as [Partial<TaskSituation>, string][])('%o', (change, expected) => {
    expect(explain(situation(change))).toContain(expected);
  });

  it('of a running task takes effect at the end of its stage', () => {
    expect(explain(situation({ status: 'RUNNING', request: asked('pause') }))).toBe(
      'Running stage 2 of 3 (Config). Pause requested by ann: it takes effect after this stage.',
    );
  });
});

describe('where a task is', () => {
  it.each([
    [{ status: 'RUNNING' }, 'Running stage 2 of 3 (Config).'],
    [{ status: 'ROLLING_BACK', currentStage: null }, 'Rolling back stage 2 of 3.'],
    [{ status: 'PAUSED', heldBy: 'plan' }, 'Paused with its plan. Resume the plan to go on.'],
    [
      { status: 'PAUSED', heldBy: 'approval' },
      'Waits for an approval in stage 2 of 3. Approve it to go on, or reject it to stop here.',
    ],
    [
      { status: 'PAUSED', heldBy: 'policy' },
      "Paused before stage 2 of 3 by the plan's pause policy. Resume it to go on.",
    ],
    [
      { status: 'PAUSED', heldBy: 'operator' },
      'Paused before stage 2 of 3. It keeps its tenant until it is resumed, cancelled or rolled back.',
    ],
    [failed, 'Failed in stage 2 of 3: Answered 500.'],
    [{ status: 'FAILED' }, 'Failed in stage 2 of 3: no reason was given.'],
    [{ ...failed, status: 'ROLLBACK_FAILED' }, 'The rollback failed in stage 2 of 3: Answered 500.'],
    [
      { ...failed, failure: { message: 'No answer.', errorType: 'IN_DOUBT' } },
      'Failed in stage 2 of 3: No answer. Look at the target, then say whether it was applied or is to be sent again.',
    ],
    [
      { ...failed, failure: { message: 'a-1 runs v0.', errorType: 'DRIFT' } },
      'Failed in stage 2 of 3: a-1 runs v0. Mend the tenant and retry, or override with a reason.',
    ],
    [{ status: 'COMPLETED' }, 'Completed: all stages are done.'],
    [{ status: 'CANCELLED' }, 'Cancelled after stage 1 of 3. Cancelling does not roll back.'],
    [{ status: 'CANCELLED', stageIndex: 0 }, 'Cancelled before its first stage.'],
    [{ status: 'ROLLED_BACK' }, 'Rolled back to the version it had before.'],
    [{ status: 'VALIDATION_FAILED' }, 'Left out: its validation failed when the plan was created.'],
    [{ status: 'VALIDATING' }, 'Being validated.'],
  ] as [Partial<TaskSituation>, string][])('%o', (change, expected) => {
    expect(explain(situation(change))).toBe(expected);
  });

  it('is told of every status', () => {
    for (const status of TASK_STATUSES) expect(explain(situation({ status }))).toMatch(/\.$/);
  });
});

describe('what a running task is told with', () => {
  const course = {
    rounds: 7,
    good: 0,
    told: 'a-1 runs v1',
    tries: {},
    notBefore: '2026-01-01T10:00:03.000Z',
  };

  it('how far its rounds are, and until when it waits', () => {
    expect(explain(situation({ status: 'RUNNING', course }))).toContain(
      '7 health rounds are over, the next not before 2026-01-01T10:00:03.000Z (a-1 runs v1).',
    );
    expect(
      explain(situation({ status: 'RUNNING', course: { ...course, rounds: 0, tries: { '0:a-1': 2 } } })),
    ).toContain('Tried 2 times, the next not before');
  });

  it('that it was taken over in vain, how often and why', () => {
    const takeover = { count: 3, at: '', notBefore: '2026-01-01T10:00:04.000Z', reason: 'out of memory' };
    expect(explain(situation({ status: 'RUNNING', takeover }))).toContain(
      'Taken over 3 times without getting on (it is given up after 8), the next time not before 2026-01-01T10:00:04.000Z; the last run ended with: out of memory.',
    );
  });

  it('every request, on the task and on its plan', () => {
    const request = {
      kind: 'rollback',
      by: 'ann',
      reason: 'no use',
      notBefore: undefined,
      now: true,
    } as const;
    const told = explain(situation({ status: 'RUNNING', request, planIntent: 'pause', planIntentBy: 'bob' }));
    expect(told).toContain('Rollback requested by ann (no use): it ends the stage at once.');
    expect(told).toContain('A pause of the plan is requested by bob: it takes effect after this stage.');
  });

  it('what holds a step back that was taken over', () => {
    const takeover = { count: 1, at: '', notBefore: '', reason: null };
    expect(explain(situation({ status: 'RUNNING', takeover, stopped: { reason: 'incident' } }))).toContain(
      'is not sent again while admission is stopped everywhere (incident).',
    );
  });
});
