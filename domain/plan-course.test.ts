import { describe, expect, it } from 'vitest';
import { PLAIN_FACTS, type PlanFacts, type PlanState, type PlanStatus, type TaskCounts } from './plan';
import { type PlanInput, transitionPlan } from './plan-transition';
import { DEFAULT_POLICIES, type PausePolicy } from './policies/choice';
import { countsOf, NOW, planIn, STARTED } from './testing-states';

const by = { actor: 'ann', reason: null };
const HALT = { by: 'threshold', reason: '3 tasks failed.', at: STARTED.toISOString() };
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

/** Two waves defined and the rest: three in all. The first has come to rest. */
function factsOf(
  change: Partial<PlanFacts> = {},
  bakeSeconds = 0,
  pause: PausePolicy = { kind: 'none' },
): PlanFacts {
  return {
    ...PLAIN_FACTS,
    policies: { ...DEFAULT_POLICIES, pause },
    waves: [
      { name: 'Canary', size: { count: 1 }, bakeSeconds },
      { size: { percent: 20 }, bakeSeconds: 0 },
    ],
    lastWave: 2,
    inWave: 1,
    ...change,
  };
}

function run(
  plan: PlanState,
  input: PlanInput,
  facts: PlanFacts = factsOf(),
  counts: TaskCounts = countsOf({ COMPLETED: 1, PENDING: 4 }),
  now = NOW,
) {
  const outcome = transitionPlan({ plan, counts, facts }, input, now);
  if (!outcome.ok) return { refused: outcome.rejection.code, kinds: [], state: plan, events: [] };
  return { ...outcome, refused: null, kinds: outcome.events.map(({ kind }) => kind) };
}

describe('a wave that came to rest', () => {
  const next: PlanInput = { type: 'nextWave' };

  it('without a bake opens the next one at once', () => {
    const { state, kinds, events } = run(planIn('RUNNING'), next);
    expect(kinds).toEqual(['WaveFinished', 'WaveStarted']);
    expect(state).toMatchObject({ wave: 1, bakeUntil: null });
    expect(events.map(({ message }) => message)).toEqual([
      'Wave 1 (Canary) finished',
      'Wave 2 of 3 (20 %) started',
    ]);
  });

  it('bakes first, to the second', () => {
    const baking = run(planIn('RUNNING'), next, factsOf({}, 60));
    expect(baking.kinds).toEqual(['WaveFinished']);
    expect(baking.state).toMatchObject({ wave: 0, bakeUntil: later(60) });
    const at = (seconds: number) => run(baking.state, next, factsOf({}, 60), undefined, later(seconds)).kinds;
    expect([at(0), at(59.999), at(60)]).toEqual([[], [], ['WaveStarted']]);
  });

  it('is open again when one of its tasks goes on, fails or is taken back during the bake, and says so once', () => {
    const baking = planIn('RUNNING', { bakeUntil: STARTED });
    for (const facts of [factsOf({ unsettledInWave: 1 }), factsOf({ notCompletedInWave: 1 })]) {
      const reopened = run(baking, next, facts);
      expect([reopened.kinds, reopened.state.bakeUntil]).toEqual([['WaveReopened'], null]);
      expect(run(reopened.state, next, facts).kinds).toEqual([]);
    }
  });

  it('bakes anew, from its end, what ran again during the bake and came to rest before anybody looked', () => {
    const ended = factsOf({ lastEndedInWave: NOW }, 60);
    const baking = run(planIn('RUNNING'), next, ended).state;
    const again = factsOf({ lastEndedInWave: later(40) }, 60);
    const anew = run(baking, next, again, undefined, later(60));
    expect([anew.kinds, anew.state.bakeUntil]).toEqual([['WaveFinished'], later(100)]);
    expect(run(anew.state, next, again, undefined, later(99)).kinds).toEqual([]);
    expect(run(anew.state, next, again, undefined, later(100)).kinds).toEqual(['WaveStarted']);
  });

  it('of nobody does not bake', () => {
    expect(run(planIn('RUNNING'), next, factsOf({ inWave: 0 }, 60)).kinds).toEqual([
      'WaveFinished',
      'WaveStarted',
    ]);
  });

  it.each([
    ['a task of it is not at rest', planIn('RUNNING'), factsOf({ unsettledInWave: 1 })],
    ['a task of it failed', planIn('RUNNING'), factsOf({ notCompletedInWave: 1 })],
    ['it is the last', planIn('RUNNING', { wave: 2 }), factsOf()],
    ['the plan is to pause', planIn('RUNNING', { intent: 'pause' }), factsOf()],
    ['the plan rolls back', planIn('ROLLING_BACK'), factsOf()],
    ['the plan is halted', planIn('RUNNING', { halted: HALT }), factsOf()],
    ['the plan is settled', planIn('PARTIAL_FAILED'), factsOf()],
    ['the plan has no waves', planIn('RUNNING'), PLAIN_FACTS],
  ])('opens no other one when %s', (_name, plan, facts) => {
    const { state, kinds } = run(plan, next, facts);
    expect([state, kinds]).toEqual([plan, []]);
  });

  it('pauses the plan after the canary when the policy says so, once, and bakes meanwhile', () => {
    const facts = factsOf({}, 60, { kind: 'afterCanary' });
    const held = run(planIn('RUNNING'), next, facts);
    expect(held.kinds).toEqual(['WaveFinished', 'PauseRequested', 'PlanPaused']);
    expect(held.state).toMatchObject({
      status: 'PAUSED',
      intent: 'pause',
      intentBy: 'policy',
      bakeUntil: later(60),
    });
    expect(run(held.state, next, facts, undefined, later(90)).kinds).toEqual([]);
    const resumed = run(held.state, { type: 'resume', ...by }, facts);
    expect(run(resumed.state, next, facts, undefined, later(59)).kinds).toEqual([]);
    const opened = run(resumed.state, next, facts, undefined, later(60));
    expect(opened.kinds).toEqual(['WaveStarted']);
    expect(run(opened.state, next, facts).kinds).toEqual(['WaveFinished', 'WaveStarted']);
  });
});

describe('to continue', () => {
  const go: PlanInput = { type: 'continue', ...by };

  it('past a wave with failures accepts them, counts afresh and says who did it', () => {
    const { state, events } = run(
      planIn('RUNNING', { halted: HALT }),
      go,
      factsOf({ notCompletedInWave: 1 }),
    );
    expect(state).toMatchObject({ wave: 1, halted: null, countingSince: NOW });
    expect(events).toMatchObject([{ kind: 'WaveStarted', actor: 'ann', payload: { wave: 1, by: 'ann' } }]);
    expect(events[0]?.message).toContain('by ann in spite of failures');
  });

  it('after a halt lifts it and counts afresh', () => {
    const { state, kinds } = run(planIn('RUNNING', { halted: HALT }), go, factsOf({ unsettledInWave: 1 }));
    expect(state).toMatchObject({ wave: 0, halted: null, countingSince: NOW });
    expect(kinds).toEqual(['PlanResumed']);
  });

  it.each([
    ['nothing holds it up', planIn('RUNNING'), factsOf()],
    ['the wave is not at rest', planIn('RUNNING'), factsOf({ notCompletedInWave: 1, unsettledInWave: 1 })],
    ['the last wave has failures', planIn('RUNNING', { wave: 2 }), factsOf({ notCompletedInWave: 1 })],
    ['the plan is paused', planIn('PAUSED'), factsOf({ notCompletedInWave: 1 })],
    ['the plan is settled', planIn('PARTIAL_FAILED'), factsOf({ notCompletedInWave: 1 })],
  ])('has no point when %s', (_name, plan, facts) => {
    expect(run(plan, go, facts).refused).toBe('NOTHING_TO_DO');
  });
});

describe('a halt by a threshold', () => {
  const halt: PlanInput = { type: 'halt', threshold: 'failedCount', reason: '3 tasks failed.' };

  it('is a flag: status, intent and running tasks stay', () => {
    const { state, events } = run(planIn('RUNNING'), halt);
    expect(state).toEqual(planIn('RUNNING', { halted: { ...HALT, at: NOW.toISOString() } }));
    expect(events).toMatchObject([
      { kind: 'PlanHalted', payload: { threshold: 'failedCount', by: 'threshold' } },
    ]);
  });

  it('is told once', () => {
    const plan = planIn('RUNNING', { halted: HALT });
    expect(run(plan, halt)).toMatchObject({ state: plan, kinds: [] });
  });

  it('is lifted by a resume, which counts afresh and leaves the intent', () => {
    const { state } = run(planIn('RUNNING', { halted: HALT, intent: 'none' }), { type: 'resume', ...by });
    expect(state).toMatchObject({ halted: null, countingSince: NOW, intent: 'none', status: 'RUNNING' });
  });

  it('is lifted by a cancel and by a rollback', () => {
    const plan = planIn('RUNNING', { halted: HALT });
    expect(run(plan, { type: 'cancel', ...by }).state.halted).toBeNull();
    expect(run(plan, { type: 'rollback', ...by }).state.halted).toBeNull();
  });
});

describe('a rollback to a chosen version', () => {
  it('stays one when somebody only hurries it on', () => {
    const plan = planIn('ROLLING_BACK', { rollbackTo: 'v0' });
    const hurried = run(plan, { type: 'rollback', ...by, reason: 'too slow', now: true });
    expect(hurried.state).toMatchObject({ urgent: 'too slow', rollbackTo: 'v0' });
    const again = run(planIn('FAILED', { intent: 'rollback', rollbackTo: 'v0' }), {
      type: 'rollback',
      ...by,
    });
    expect(again.state.rollbackTo).toBeNull();
  });
});

describe('counting', () => {
  it('begins with the plan, and afresh when it is opened again', () => {
    expect(run(planIn('READY'), { type: 'start', actor: 'ann' }).state.countingSince).toEqual(NOW);
    expect(run(planIn('PARTIAL_FAILED'), { type: 'reopen', actor: 'ann' }).state.countingSince).toEqual(NOW);
  });
});

const QUARTER_OF_AN_HOUR = 15 * 60;

describe('a scheduled start', () => {
  const schedule = (startAt: Date | null): PlanInput => ({ type: 'schedule', actor: 'ann', startAt });

  it('is set, moved and taken back, each on record, and gone with the start', () => {
    const set = run(planIn('READY'), schedule(later(60)));
    expect(set.state).toMatchObject({ status: 'READY', startAt: later(60) });
    expect(set.events).toMatchObject([
      {
        kind: 'PlanScheduled',
        payload: {
          by: 'ann',
          startAt: later(60).toISOString(),
          startBy: later(60 + QUARTER_OF_AN_HOUR).toISOString(),
        },
      },
    ]);
    const moved = run(set.state, schedule(later(90)));
    expect(moved.state.startAt).toEqual(later(90));
    const back = run(moved.state, schedule(null));
    expect([back.state.startAt, back.state.startBy, ...back.kinds]).toEqual([null, null, 'PlanScheduled']);
    expect(run(moved.state, { type: 'start', actor: 'schedule' }).state).toMatchObject({
      status: 'RUNNING',
      startAt: null,
      startBy: null,
    });
  });

  const due = (stopped = false): PlanInput => ({ type: 'startAtItsTime', stopped });
  const scheduled = (startAt: number, startBy: number | null) =>
    planIn('READY', { startAt: later(startAt), startBy: startBy === null ? null : later(startBy) });

  it.each([
    ['before its time nothing happens', scheduled(1, 60), due(), 'READY', []],
    ['at its time it starts', scheduled(0, 60), due(), 'RUNNING', ['PlanStarted']],
    ['at its latest time it starts', scheduled(-60, 0), due(), 'RUNNING', ['PlanStarted']],
    ['while everything is stopped it waits', scheduled(-60, 0), due(true), 'READY', []],
    ['after its latest time it is missed', scheduled(-60, -1), due(), 'READY', ['PlanStartMissed']],
    ['so it is when everything was stopped', scheduled(-60, -1), due(true), 'READY', ['PlanStartMissed']],
    [
      'without a latest time, a quarter of an hour',
      scheduled(-QUARTER_OF_AN_HOUR, null),
      due(),
      'RUNNING',
      ['PlanStarted'],
    ],
    ['and not longer', scheduled(-QUARTER_OF_AN_HOUR - 1, null), due(), 'READY', ['PlanStartMissed']],
  ] as [string, PlanState, PlanInput, PlanStatus, string[]][])('%s', (_name, plan, input, status, kinds) => {
    const came = run(plan, input);
    expect([came.state.status, came.kinds]).toEqual([status, kinds]);
  });

  it('that was missed is told once, waits for a person, and ends with their decision', () => {
    const missed = run(scheduled(-60, -1), due());
    expect(missed.state).toMatchObject({ startAt: null, startBy: later(-1) });
    expect(run(missed.state, due()).kinds).toEqual([]);
    for (const decision of [schedule(later(60)), schedule(null), { type: 'start', actor: 'ann' } as const]) {
      const { state } = run(missed.state, decision);
      expect(state.startBy === null || state.startBy > later(60)).toBe(true);
    }
  });

  it.each([
    ['before the start', later(30)],
    ['with it', later(60)],
  ])('a latest start %s is refused', (_name, startBy) => {
    expect(run(planIn('READY'), { ...schedule(later(60)), startBy } as PlanInput).refused).toBe(
      'OUT_OF_RANGE',
    );
    expect(run(scheduled(60, 90), { ...schedule(null), startBy } as PlanInput).refused).toBe('OUT_OF_RANGE');
  });

  it.each([
    ['in the past', later(-1), 'OUT_OF_RANGE'],
    ['right now', NOW, 'OUT_OF_RANGE'],
    ['taken back when there is none', null, 'NOTHING_TO_DO'],
  ])('%s is refused', (_name, at, code) => {
    expect(run(planIn('READY'), schedule(at)).refused).toBe(code);
  });
});

describe('to close', () => {
  it('takes the failures as they are and ends the plan as failed, on record', () => {
    const counts = countsOf({ COMPLETED: 1, FAILED: 1 });
    const { state, events } = run(planIn('PARTIAL_FAILED'), { type: 'close', ...by }, PLAIN_FACTS, counts);
    expect(state).toMatchObject({ status: 'FAILED', intent: 'close', intentBy: 'ann', endedAt: NOW });
    expect(events).toMatchObject([{ kind: 'PlanFailed', actor: 'ann' }]);
    expect(events[0]?.message).toContain('Closed by ann');
  });
});
