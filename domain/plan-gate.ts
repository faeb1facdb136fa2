import { gateEnd, gateWords, type MeasureVerdict, tallied } from './metric-gate';
import { isOpen, PLAIN_FACTS, type PlanFacts, type PlanState } from './plan';
import { rollback } from './plan-control';
import { moved, type PlanTransition, type PlanTransitionContext } from './plan-outcome';
import { type WaveDefinition, type WaveGate, type WaveMeasurements, waveName } from './wave';

/** So many are kept with the plan; the events have them all. */
const POINTS_KEPT = 60;

/** What tells how far the present wave is measured. */
type Measuring = Pick<PlanState, 'wave' | 'gate'>;

/** What a measurement of a wave found. */
export interface Measured {
  value: number | null;
  baseline: number | null;
  verdict: MeasureVerdict;
  told: string;
}

/** The gate of the present wave, while it is what the next wave waits for. */
export function gateToMeasure({ plan, facts = PLAIN_FACTS }: PlanTransitionContext): WaveGate | null {
  const gate = gateOf(plan, facts);
  const baking = plan.bakeUntil !== null && facts.unsettledInWave === 0 && facts.notCompletedInWave === 0;
  const waits = isOpen(plan.status) && plan.intent === 'none' && !plan.halted && baking;
  return gate && waits && gateEnd(gate, measurementsOf(plan)) === null ? gate : null;
}

/** Whether the present wave's gate lets the next one start; a wave in which nobody takes part has none. */
export function passesGate(plan: PlanState, facts: PlanFacts): boolean {
  const gate = gateOf(plan, facts);
  return gate === null || gateEnd(gate, measurementsOf(plan)) === 'passed';
}

/** How much of the present wave's gate is measured, while it holds the next one back; null where it does not. */
export function gateAhead(
  waves: readonly WaveDefinition[],
  plan: Measuring,
): { measured: number; of: number } | null {
  const gate = waves[plan.wave]?.gate;
  const tally = measurementsOf(plan);
  if (!gate || gateEnd(gate, tally) === 'passed') return null;
  return { measured: tally.measured, of: gate.measurements };
}

/** Nothing is due before this; null when nothing was measured yet. */
export const nextMeasurement = (plan: PlanState): string | null =>
  measurementsOf(plan).measured === 0 ? null : measurementsOf(plan).nextAt;

/** Puts a measurement on record. One too many beyond the limit halts the plan, or takes it back. */
export function measured(
  context: PlanTransitionContext,
  { wave, measured: found }: { wave: number; measured: Measured },
  now: Date,
): PlanTransition {
  const { plan, facts = PLAIN_FACTS } = context;
  const gate = gateToMeasure(context);
  if (!gate || wave !== plan.wave) return { ok: true, state: plan, events: [] };
  const before = measurementsOf(plan);
  const { told, ...point } = found;
  const tally = tallied(before, found.verdict);
  const stored = moved(
    plan,
    {
      gate: {
        ...{ ...tally, wave, told },
        nextAt: new Date(now.getTime() + gate.everySeconds * 1000).toISOString(),
        points: [...before.points, { at: now.toISOString(), ...point }].slice(-POINTS_KEPT),
      },
    },
    now,
    'executor',
    'WaveMeasured',
    `Measurement ${tally.measured} of ${gate.measurements} of wave ${wave + 1}: ${told}`,
    { wave, round: tally.measured, rounds: gate.measurements, verdict: found.verdict, told },
  );
  const end = gateEnd(gate, tally);
  if (end === null || end === 'passed') return stored;
  const reason = `Wave ${wave + 1} (${waveName(facts.waves, wave)}) did not pass its gate: ${gateWords(end, tally, told)}`;
  const asked = { actor: 'policy', reason };
  const back =
    gate.otherwise === 'rollback' ? rollback({ ...context, plan: stored.state }, asked, now) : null;
  const next = back?.ok ? back : halt(stored.state, reason, now);
  return { ok: true, state: next.state, events: [...stored.events, ...next.events] };
}

const halt = (plan: PlanState, reason: string, now: Date) =>
  moved(
    plan,
    { halted: { by: 'gate', reason, at: now.toISOString() } },
    now,
    'executor',
    'PlanHalted',
    `Halted: ${reason} Continue to start the next wave all the same, or cancel or roll back.`,
    { by: 'gate', reason },
  );

const gateOf = (plan: PlanState, facts: PlanFacts): WaveGate | null =>
  plan.wave < facts.lastWave && facts.inWave > 0 ? (facts.waves[plan.wave]?.gate ?? null) : null;

const NOTHING: Omit<WaveMeasurements, 'wave'> = {
  ...{ measured: 0, failed: 0, inconclusive: 0 },
  ...{ nextAt: '', told: '', points: [] },
};

const measurementsOf = ({ gate, wave }: Measuring) => (gate?.wave === wave ? gate : NOTHING);
