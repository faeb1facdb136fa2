import { type AtDeadline, isOpen, type PlanDeadline, type PlanState } from './plan';
import { rollback } from './plan-control';
import { moved, notAllowed, type PlanTransition, type PlanTransitionContext } from './plan-outcome';
import { type Rejection, reject } from './rejection';

/** Whether a deadline is over at a moment of the database's time. */
export const isLate = (deadline: Pick<PlanDeadline, 'finishBy'> | null, now: Date): boolean =>
  deadline !== null && new Date(deadline.finishBy) <= now;

type Course = Pick<PlanState, 'status' | 'intent' | 'deadline'>;

/** Whether a deadline means anything to a plan: something of it may go forward. */
const goesForward = ({ status, intent }: Pick<PlanState, 'status' | 'intent'>): boolean =>
  status === 'READY' || (isOpen(status) && intent !== 'cancel' && intent !== 'rollback');

/** A plan that its deadline holds, or keeps from being started: a person decides. */
export const heldByDeadline = (plan: Course, now: Date): boolean =>
  goesForward(plan) && isLate(plan.deadline, now);

/** Its deadline passed while it was under way, and nobody was told yet. */
export const tellsDeadline = (plan: Course, now: Date): boolean =>
  isOpen(plan.status) && heldByDeadline(plan, now) && plan.deadline?.told === false;

/** What is said of a deadline. `otherwise`: what it was, or to hold, when nothing is said. */
export interface DeadlineInput {
  actor: string;
  finishBy: Date | null;
  otherwise?: AtDeadline | undefined;
  /** The deadline they looked at, null for none: another one since is not replaced. */
  seen?: Date | null | undefined;
}

const momentOf = (deadline: PlanDeadline | null) =>
  deadline === null ? null : new Date(deadline.finishBy).getTime();

/** Sets when a plan has to be finished; null takes that back. Moved, the plan goes on by itself. */
export function setDeadline(
  plan: PlanState,
  { actor, finishBy, seen, ...input }: DeadlineInput,
  now: Date,
): PlanTransition {
  if (!goesForward(plan)) return notAllowed(plan.status, 'given another deadline');
  const { deadline } = plan;
  if (seen !== undefined && (seen?.getTime() ?? null) !== momentOf(deadline))
    return reject('CHANGED_MEANWHILE', 'The deadline was changed since. Look at it first.');
  if (finishBy === null) {
    if (deadline === null) return reject('NOTHING_TO_DO', 'The plan has no deadline.');
    const message = `The deadline was taken away by ${actor}`;
    const none = { by: actor, finishBy: null, otherwise: null };
    return moved(plan, { deadline: null }, now, actor, 'DeadlineSet', message, none);
  }
  const at = finishBy.toISOString();
  const otherwise = input.otherwise ?? deadline?.otherwise ?? 'hold';
  if (finishBy <= now) return reject('OUT_OF_RANGE', 'The deadline lies in the past. Choose a later one.');
  if (plan.startAt !== null && finishBy <= plan.startAt)
    return reject('OUT_OF_RANGE', 'The deadline must lie after the start.');
  if (deadline?.finishBy === at && deadline.otherwise === otherwise)
    return reject('NOTHING_TO_DO', 'That is its deadline already.');
  const words = otherwise === 'rollback' ? 'is rolled back then' : 'nothing new begins then';
  return moved(
    plan,
    { deadline: { finishBy: at, otherwise, by: actor, told: false } },
    now,
    actor,
    'DeadlineSet',
    `To be finished by ${at}, ${words}, set by ${actor}`,
    { by: actor, finishBy: at, otherwise },
  );
}

/** The deadline passed: told once. What runs reaches its end; whether the plan goes on, a person decides, or it goes back. */
export function passDeadline(context: PlanTransitionContext, now: Date): PlanTransition {
  const { plan } = context;
  const { deadline } = plan;
  if (deadline === null || !tellsDeadline(plan, now)) return { ok: true, state: plan, events: [] };
  const { finishBy, otherwise } = deadline;
  const change = { deadline: { ...deadline, told: true } };
  if (otherwise === 'rollback') {
    const reason = `It was not finished by ${finishBy}.`;
    const back = rollback({ ...context, plan: { ...plan, ...change } }, { actor: 'deadline', reason }, now);
    if (back.ok) {
      const message = `Its deadline, ${finishBy}, has passed. The plan is rolled back.`;
      const told = moved(plan, change, now, 'deadline', 'DeadlinePassed', message, { finishBy, otherwise });
      return { ...back, events: [...told.events, ...back.events] };
    }
  }
  const message = `Its deadline, ${finishBy}, has passed. What runs reaches its end, nothing new begins. Move the deadline to go on, or cancel or roll back.`;
  return moved(plan, change, now, 'deadline', 'DeadlinePassed', message, { finishBy, otherwise: 'hold' });
}

/** Why a plan is not started: its deadline is over. */
export const whyTooLate = ({ deadline }: Pick<PlanState, 'deadline'>, now: Date): Rejection | null =>
  isLate(deadline, now)
    ? { code: 'REFUSED_BY_GUARD', message: 'Its deadline has passed. Move the deadline first.' }
    : null;

/** A plan that is opened again after its deadline is held by it, and not taken back for it: it had come to its end. */
export const toldWhenOver = (deadline: PlanDeadline | null, now: Date): PlanDeadline | null =>
  deadline && isLate(deadline, now) ? { ...deadline, told: true } : deadline;
