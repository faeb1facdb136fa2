import { describe, expect, it } from 'vitest';
import { gateEnd } from './metric-gate';
import { PLAIN_FACTS, type PlanFacts, type PlanState } from './plan';
import { gateAhead, gateToMeasure, type Measured, nextMeasurement } from './plan-gate';
import { type PlanInput, transitionPlan } from './plan-transition';
import { countsOf, NOW, planIn, STARTED } from './testing-states';
import type { WaveGate } from './wave';

const by = { actor: 'ann', reason: null };
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const GATE: WaveGate = {
  ...{ everySeconds: 30, measurements: 3, failureLimit: 1, inconclusiveLimit: 1 },
  otherwise: 'halt',
};
const PASSED: Measured = { value: 1, baseline: 2, verdict: 'passed', told: 'the value is 1' };
const FAILED: Measured = { value: 9, baseline: 2, verdict: 'failed', told: 'the value is 9' };
const NONE: Measured = { value: null, baseline: null, verdict: 'inconclusive', told: 'it gave no answer' };

/** A canary that baked, with a gate, and the rest behind it. */
const factsWith = (gate: Partial<WaveGate> = {}, change: Partial<PlanFacts> = {}): PlanFacts => ({
  ...PLAIN_FACTS,
  waves: [{ name: 'Canary', size: { count: 1 }, bakeSeconds: 0, gate: { ...GATE, ...gate } }],
  ...{ lastWave: 1, inWave: 1, lastEndedInWave: STARTED },
  ...change,
});
const BAKING = planIn('RUNNING', { bakeUntil: STARTED });
const COUNTS = countsOf({ COMPLETED: 1, PENDING: 4 });

function run(plan: PlanState, input: PlanInput, facts = factsWith(), now = NOW) {
  const outcome = transitionPlan({ plan, counts: COUNTS, facts }, input, now);
  if (!outcome.ok) throw new Error(outcome.rejection.message);
  return { ...outcome, kinds: outcome.events.map(({ kind }) => kind) };
}

function measure(plan: PlanState, found: readonly Measured[], facts = factsWith()) {
  let last = run(plan, { type: 'settle' }, facts);
  for (const measured of found) last = run(last.state, { type: 'measured', wave: 0, measured }, facts);
  return last;
}

describe('a wave with a gate', () => {
  it('is measured as soon as it finished, and then once in a while', () => {
    const finished = run(planIn('RUNNING'), { type: 'nextWave' });
    expect(finished.kinds).toEqual(['WaveFinished']);
    const measuring = (plan: PlanState) => gateToMeasure({ plan, counts: COUNTS, facts: factsWith() });
    expect(measuring(finished.state)).toEqual(GATE);
    expect(nextMeasurement(finished.state)).toBe(null);
    const once = measure(finished.state, [PASSED]);
    expect(once.kinds).toEqual(['WaveMeasured']);
    expect(once.events[0]?.message).toBe('Measurement 1 of 3 of wave 1: the value is 1');
    expect(nextMeasurement(once.state)).toBe(later(30).toISOString());
    expect(once.state.gate?.points).toEqual([
      { at: NOW.toISOString(), value: 1, baseline: 2, verdict: 'passed' },
    ]);
    for (const still of [{ intent: 'pause' as const }, { halted: { by: 'ann', reason: '', at: '' } }])
      expect(measuring({ ...once.state, ...still })).toBe(null);
    expect(measuring(measure(once.state, [PASSED, PASSED]).state)).toBe(null);
  });

  it('lets the next one start when it has baked and passed, not before', () => {
    const next: PlanInput = { type: 'nextWave' };
    expect(run(BAKING, next).kinds).toEqual([]);
    expect(run(measure(BAKING, [PASSED, FAILED]).state, next).kinds).toEqual([]);
    const passed = measure(BAKING, [PASSED, FAILED, PASSED]);
    expect(passed.state.halted).toBe(null);
    expect(run({ ...passed.state, bakeUntil: later(1) }, next).kinds).toEqual([]);
    const opened = run(passed.state, next);
    expect(opened.kinds).toEqual(['WaveStarted']);
    // What was measured stays to be looked at until the next wave finishes.
    expect(opened.state.gate).toEqual(passed.state.gate);
  });

  it.each([
    [[FAILED, FAILED], '2 measurements of 2 beyond the limit: the value is 9.'],
    [[NONE, PASSED, NONE], '2 measurements of 3 without a result: it gave no answer.'],
  ])('halts the plan when %j', (found, why) => {
    const { state, kinds } = measure(BAKING, found);
    expect(kinds).toEqual(['WaveMeasured', 'PlanHalted']);
    expect(state.halted).toMatchObject({
      by: 'gate',
      reason: `Wave 1 (Canary) did not pass its gate: ${why}`,
    });
    expect(run(state, { type: 'nextWave' }).kinds).toEqual([]);
  });

  it('is accepted by a person who continues, or measured anew when they resume', () => {
    const { state } = measure(BAKING, [FAILED, FAILED]);
    const accepted = run(state, { type: 'continue', ...by });
    expect(accepted.kinds).toEqual(['WaveStarted']);
    expect(accepted.state).toMatchObject({ wave: 1, halted: null, bakeUntil: null });
    const anew = run(state, { type: 'resume', ...by });
    expect(anew.state).toMatchObject({ wave: 0, halted: null, gate: null });
    expect(run(anew.state, { type: 'nextWave' }).kinds).toEqual([]);
  });

  it('opens no wave of a plan that goes back, whoever is called what halted it', () => {
    const back = planIn('ROLLING_BACK', { intent: 'rollback', intentBy: 'ann', bakeUntil: STARTED });
    const held = run(back, { type: 'pause', actor: 'gate', reason: null });
    const on = run(held.state, { type: 'continue', ...by });
    expect([on.kinds, on.state.wave, on.state.halted]).toEqual([['PlanResumed'], 0, null]);
    const over = { ...measure(BAKING, [FAILED, FAILED]).state, status: 'PARTIAL_FAILED' as const };
    expect(run(over, { type: 'continue', ...by }).state.wave).toBe(0);
  });

  it('begins anew after a pause, and keeps what was measured of an earlier wave', () => {
    const paused = { status: 'PAUSED', intent: 'pause', intentBy: 'ann' } as const;
    const { state } = measure(BAKING, [PASSED, FAILED]);
    expect(run({ ...state, ...paused }, { type: 'resume', ...by }).state.gate).toBe(null);
    const next = { ...state, ...paused, wave: 1, bakeUntil: null };
    expect(run(next, { type: 'resume', ...by }).state.gate).toEqual(state.gate);
  });

  it.each([{ unsettledInWave: 1 }, { notCompletedInWave: 1 }])(
    'counts nothing while it is open: %j',
    (open) => {
      expect(measure(BAKING, [FAILED, FAILED], factsWith({ otherwise: 'rollback' }, open)).kinds).toEqual([]);
    },
  );

  it('is no more what halts when a task of it runs again', () => {
    const { state } = measure(BAKING, [FAILED, FAILED]);
    const facts = factsWith({}, { unsettledInWave: 1 });
    expect(run(state, { type: 'continue', ...by }, facts).state).toMatchObject({ wave: 0, halted: null });
  });

  it('takes the plan back where it is to, and halts where there is nothing to take back', () => {
    const facts = factsWith({ otherwise: 'rollback' });
    const back = measure(BAKING, [FAILED, FAILED], facts);
    expect(back.kinds).toEqual(['WaveMeasured', 'PlanRollingBack']);
    expect(back.state).toMatchObject({ status: 'ROLLING_BACK', intent: 'rollback', intentBy: 'policy' });
    const nothing = { ...COUNTS, ableToGoBack: 0 };
    const { state } = measure(BAKING, [FAILED], facts);
    const stuck = transitionPlan(
      { plan: state, counts: nothing, facts },
      { type: 'measured', wave: 0, measured: FAILED },
      NOW,
    );
    expect(stuck.ok && stuck.state.halted?.by).toBe('gate');
  });

  it('begins anew when a task of it ran again', () => {
    const { state } = measure(BAKING, [PASSED, PASSED, PASSED]);
    const reopened = run(state, { type: 'nextWave' }, factsWith({}, { unsettledInWave: 1 }));
    expect([reopened.kinds, reopened.state.gate]).toEqual([['WaveReopened'], null]);
    const again = run(state, { type: 'nextWave' }, factsWith({}, { lastEndedInWave: later(40) }), later(50));
    expect([again.kinds, again.state.gate]).toEqual([['WaveFinished'], null]);
  });

  it('takes no measurement of another wave, of one that nobody is in, or of the last', () => {
    const found: PlanInput = { type: 'measured', wave: 1, measured: FAILED };
    expect(run(BAKING, found).kinds).toEqual([]);
    for (const change of [{ inWave: 0 }, { lastWave: 0 }])
      expect(measure(BAKING, [FAILED, FAILED], factsWith({}, change)).kinds).toEqual([]);
    expect(run(planIn('RUNNING'), { type: 'nextWave' }, factsWith({}, { inWave: 0 })).kinds).toEqual([
      'WaveFinished',
      'WaveStarted',
    ]);
  });

  it('keeps the last sixty numbers', () => {
    const facts = factsWith({ measurements: 100 });
    const many = measure(BAKING, Array<Measured>(70).fill(PASSED), facts).state.gate;
    expect([many?.measured, many?.points.length]).toEqual([70, 60]);
  });
});

it.each([
  [{ measured: 0, failed: 0, inconclusive: 0 }, null],
  [{ measured: 2, failed: 1, inconclusive: 1 }, null],
  [{ measured: 2, failed: 2, inconclusive: 0 }, 'failed'],
  [{ measured: 2, failed: 0, inconclusive: 2 }, 'inconclusive'],
  [{ measured: 3, failed: 1, inconclusive: 1 }, 'passed'],
])('a gate of three stands at %j as %s', (tally, end) => {
  expect(gateEnd(GATE, tally)).toBe(end);
});

it('passes never without one number', () => {
  const limits = { measurements: 2, failureLimit: 0, inconclusiveLimit: 5 };
  expect(gateEnd(limits, { measured: 2, failed: 0, inconclusive: 2 })).toBe('inconclusive');
});

it('tells how much is ahead while it holds the next wave back', () => {
  const { waves } = factsWith();
  const of = (found: Measured[]) => gateAhead(waves, measure(BAKING, found).state);
  expect(gateAhead([], BAKING)).toBe(null);
  expect(of([])).toEqual({ measured: 0, of: 3 });
  expect(of([PASSED, FAILED])).toEqual({ measured: 2, of: 3 });
  expect(of([PASSED, PASSED, PASSED])).toBe(null);
  // What was measured of another wave counts for none but that.
  const { gate } = measure(BAKING, [PASSED, PASSED, PASSED]).state;
  expect(gateAhead([...waves, ...waves], { wave: 1, gate })).toEqual({ measured: 0, of: 3 });
});
