import { isLate, whyTooLate } from './deadline';
import { isOpen, PLAIN_FACTS, type PlanFacts, type PlanState } from './plan';
import { type Asked, pause, resume, settle } from './plan-control';
import { passesGate } from './plan-gate';
import { moved, notAllowed, type PlanTransition, type PlanTransitionContext } from './plan-outcome';
import { pausesAfterWave } from './policies/pause';
import { reject } from './rejection';
import { whyNotApproved } from './start-approval';
import { waveName } from './wave';

/** So long after its time a scheduled start is still what was meant, when nothing else is said. */
const START_WINDOW_SECONDS = 15 * 60;

/** A plan that waits for its time; null takes the time back, and what is left of one that was missed. */
export function schedule(
  plan: PlanState,
  { actor, startAt, startBy }: { actor: string; startAt: Date | null; startBy?: Date | null | undefined },
  now: Date,
): PlanTransition {
  if (plan.status !== 'READY') return notAllowed(plan.status, 'scheduled');
  if (startAt === null && plan.startAt === null && plan.startBy === null)
    return reject('NOTHING_TO_DO', 'No start is scheduled.');
  if (startAt !== null && startAt <= now)
    return reject('OUT_OF_RANGE', 'The start lies in the past. Start the plan now, or choose a later time.');
  if (startBy && startAt === null) return reject('OUT_OF_RANGE', 'A latest start needs a start.');
  if (startBy && startAt && startBy <= startAt)
    return reject('OUT_OF_RANGE', 'The latest start must lie after the start.');
  if (startAt && isLate(plan.deadline, startAt))
    return reject('OUT_OF_RANGE', 'The start must lie before the deadline.');
  const latest = startAt && (startBy ?? after(startAt, START_WINDOW_SECONDS));
  const message =
    startAt && latest
      ? `Starts at ${startAt.toISOString()}, not after ${latest.toISOString()}, set by ${actor}`
      : `The scheduled start was taken back by ${actor}`;
  const payload = {
    by: actor,
    startAt: startAt?.toISOString() ?? null,
    startBy: latest?.toISOString() ?? null,
  };
  return moved(plan, { startAt, startBy: latest }, now, actor, 'PlanScheduled', message, payload);
}

/** The time of a plan has come: it starts, or, too late, becomes a person's decision. While everything is stopped, or its start is not approved, it waits. */
export function startAtItsTime(plan: PlanState, stopped: boolean, now: Date): PlanTransition {
  const { startAt, startBy } = plan;
  const unchanged: PlanTransition = { ok: true, state: plan, events: [] };
  if (plan.status !== 'READY' || startAt === null || startAt > now) return unchanged;
  const latest = startBy ?? after(startAt, START_WINDOW_SECONDS);
  if (now <= latest && !isLate(plan.deadline, now))
    return stopped || whyNotApproved(plan) !== null ? unchanged : start(plan, 'schedule', now);
  const message = `Not started: its time was ${startAt.toISOString()} to ${latest.toISOString()}, and that has passed. Start it now, or set another time.`;
  const missed = { startAt: startAt.toISOString(), startBy: latest.toISOString() };
  return moved(plan, { startAt: null, startBy: latest }, now, 'schedule', 'PlanStartMissed', message, missed);
}

/** Begins a plan that is ready. */
export function start(plan: PlanState, actor: string, now: Date): PlanTransition {
  if (plan.status !== 'READY') return notAllowed(plan.status, 'started');
  const unapproved = whyNotApproved(plan);
  if (unapproved) return reject('APPROVAL_NEEDED', unapproved);
  const late = whyTooLate(plan, now);
  if (late) return { ok: false, rejection: late };
  const state = {
    status: 'RUNNING',
    startedAt: now,
    countingSince: now,
    startAt: null,
    startBy: null,
  } as const;
  return moved(plan, state, now, actor, 'PlanStarted', `Started by ${actor}`, {});
}

/** Takes the failures of a settled plan as they are: nothing of it is waited for any more. */
export function close(context: PlanTransitionContext, input: Asked, now: Date): PlanTransition {
  const { plan } = context;
  if (plan.status !== 'PARTIAL_FAILED') return notAllowed(plan.status, 'closed');
  return settle({ ...context, plan: { ...plan, intent: 'close', intentBy: input.actor } }, now);
}

/** Goes on after a halt, or past a wave with failures or what its gate measured, which are accepted. */
export function goOn(context: PlanTransitionContext, input: Asked, now: Date): PlanTransition {
  const { plan, facts = PLAIN_FACTS } = context;
  const rests = isOpen(plan.status) && plan.intent === 'none' && facts.unsettledInWave === 0;
  if (rests && facts.notCompletedInWave > 0 && plan.wave < facts.lastWave) {
    const lifted = { ...plan, halted: null, countingSince: now };
    return openWave(lifted, facts, input.actor, now);
  }
  if (rests && plan.halted?.by === 'gate' && plan.bakeUntil !== null)
    return openWave({ ...plan, halted: null }, facts, input.actor, now);
  if (plan.halted) return resume(context, input, now);
  return reject('NOTHING_TO_DO', 'The plan is neither halted nor held up by failures in a wave.');
}

/**
 * After every task of a wave is COMPLETED: the bake, then the next wave. Anything else keeps the wave open until a person
 * accepts it. The bake counts from the last end in the wave, so that a task that ran again is baked again.
 */
export function advanceWave(context: PlanTransitionContext, now: Date): PlanTransition {
  const { plan, facts = PLAIN_FACTS } = context;
  const finished = facts.unsettledInWave === 0 && facts.notCompletedInWave === 0;
  const unchanged: PlanTransition = { ok: true, state: plan, events: [] };
  if (!isOpen(plan.status) || plan.intent !== 'none' || plan.halted) return unchanged;
  if (plan.wave >= facts.lastWave) return unchanged;
  if (!finished) return plan.bakeUntil ? reopenWave(plan, facts, now) : unchanged;
  const bakeSeconds = facts.inWave === 0 ? 0 : (facts.waves[plan.wave]?.bakeSeconds ?? 0);
  const ended = facts.lastEndedInWave;
  const baked = after(ended ?? now, bakeSeconds);
  if (plan.bakeUntil && (ended === null || baked <= plan.bakeUntil))
    return now >= plan.bakeUntil && passesGate(plan, facts)
      ? openWave(plan, facts, 'executor', now)
      : unchanged;
  const bakeUntil = new Date(Math.max(baked.getTime(), now.getTime()));
  const name = waveName(facts.waves, plan.wave);
  const done = moved(
    plan,
    { bakeUntil, gate: null },
    now,
    'executor',
    'WaveFinished',
    `Wave ${plan.wave + 1} (${name}) finished${bakeUntil > now ? `, the next one starts at ${bakeUntil.toISOString()}` : ''}`,
    { wave: plan.wave, bakeUntil: bakeUntil.toISOString() },
  );
  if (pausesAfterWave(facts.policies.pause, plan.wave)) {
    const asked = { actor: 'policy', reason: 'Paused after the canary by the pause policy.' };
    const held = pause({ ...context, plan: done.state }, asked, now);
    return held.ok ? { ...held, events: [...done.events, ...held.events] } : done;
  }
  if (bakeUntil > now || !passesGate(done.state, facts)) return done;
  const next = openWave(done.state, facts, 'executor', now);
  return { ...next, events: [...done.events, ...next.events] };
}

const after = (time: Date, seconds: number) => new Date(time.getTime() + seconds * 1000);

/** A task of the wave runs again, or is taken back, while it bakes. */
function reopenWave(plan: PlanState, facts: PlanFacts, now: Date) {
  const message = `Wave ${plan.wave + 1} (${waveName(facts.waves, plan.wave)}) is open again: not all of its tasks are completed any more`;
  return moved(plan, { bakeUntil: null, gate: null }, now, 'executor', 'WaveReopened', message, {
    wave: plan.wave,
  });
}

function openWave(plan: PlanState, facts: PlanFacts, actor: string, now: Date) {
  const wave = plan.wave + 1;
  const by = actor === 'executor' ? null : actor;
  return moved(
    plan,
    { wave, bakeUntil: null },
    now,
    actor,
    'WaveStarted',
    `Wave ${wave + 1} of ${facts.lastWave + 1} (${waveName(facts.waves, wave)}) started${by ? ` by ${by} in spite of failures` : ''}`,
    { wave, by },
  );
}
