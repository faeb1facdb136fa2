import { ANY_APPROVER, type ApprovalRule, type Approver } from './approval';
import { type DeadlineInput, passDeadline, setDeadline, toldWhenOver } from './deadline';
import type { TenantLeft } from './events';
import { approveOverride, askOverride, USUAL_OVERRIDE, withdrawOverride } from './freeze-override';
import { isOpen, isSettled } from './plan';
import { cancel, pause, resume, rollback, settle } from './plan-control';
import { advanceWave, close, goOn, schedule, start, startAtItsTime } from './plan-course';
import { type Measured, measured } from './plan-gate';
import { moved, notAllowed, type PlanTransition, type PlanTransitionContext } from './plan-outcome';
import { type Rejection, reject } from './rejection';
import { SETTING_LIMITS } from './settings';
import { approveStart, askForApproval } from './start-approval';

export type { PlanTransition, PlanTransitionContext } from './plan-outcome';

/** Everything that can happen to a plan. `counts` are read in the same statement as the plan. */
export type PlanInput =
  | { type: 'validate'; actor: string; tasks: number }
  | { type: 'validationPassed'; actor: string; valid: number; invalid: number }
  | { type: 'validationFailed'; actor: string; reason: string }
  | { type: 'start'; actor: string }
  | { type: 'approveStart'; actor: string; reason: string | null; approver: Approver }
  | {
      type: 'overrideFreezes';
      actor: string;
      reason: string | null;
      until: Date | null;
      rule: ApprovalRule;
      approver: Approver;
    }
  | {
      type: 'approveOverride';
      actor: string;
      reason: string | null;
      approver: Approver;
      askedAt?: string | undefined;
    }
  | { type: 'withdrawOverride'; actor: string; reason: string | null }
  | { type: 'pause'; actor: string; reason: string | null }
  | { type: 'resume'; actor: string; reason: string | null }
  | { type: 'cancel'; actor: string; reason: string | null; now?: boolean | undefined }
  | {
      type: 'rollback';
      actor: string;
      reason: string | null;
      now?: boolean | undefined;
      toVersion?: string | undefined;
    }
  | { type: 'setConcurrency'; actor: string; value: number }
  | { type: 'schedule'; actor: string; startAt: Date | null; startBy?: Date | null | undefined }
  | { type: 'startAtItsTime'; stopped: boolean }
  | ({ type: 'setDeadline' } & DeadlineInput)
  | { type: 'deadline' }
  | { type: 'close'; actor: string; reason: string | null }
  | { type: 'continue'; actor: string; reason: string | null }
  | { type: 'halt'; threshold: string; reason: string }
  | { type: 'nextWave' }
  | { type: 'measured'; wave: number; measured: Measured }
  | { type: 'reopen'; actor: string }
  | { type: 'settle'; left?: readonly TenantLeft[] | undefined };

export type PlanCommand =
  | 'start'
  | 'approveStart'
  | 'overrideFreezes'
  | 'approveOverride'
  | 'withdrawOverride'
  | 'schedule'
  | 'setDeadline'
  | 'pause'
  | 'resume'
  | 'continue'
  | 'cancel'
  | 'close'
  | 'rollback'
  | 'setConcurrency';

/** Plan machine: pure, `now` is database time; a refusal changes nothing and says why. */
export function transitionPlan(context: PlanTransitionContext, input: PlanInput, now: Date): PlanTransition {
  const { plan } = context;
  switch (input.type) {
    case 'validate':
      if (plan.status !== 'CREATED') return notAllowed(plan.status, 'validated');
      return moved(
        plan,
        { status: 'VALIDATING' },
        now,
        input.actor,
        'PlanCreated',
        `Plan created with ${input.tasks} tasks`,
        { tasks: input.tasks },
      );
    case 'validationPassed':
      if (plan.status !== 'VALIDATING') return notAllowed(plan.status, 'made ready');
      return askForApproval(
        moved(
          plan,
          { status: 'READY' },
          now,
          input.actor,
          'PlanValidated',
          `Ready: ${input.valid} tenants, ${input.invalid} left out`,
          { valid: input.valid, invalid: input.invalid },
        ),
        input.actor,
        now,
      );
    case 'validationFailed':
      if (plan.status !== 'VALIDATING') return notAllowed(plan.status, 'refused');
      return moved(plan, { status: 'FAILED', endedAt: now }, now, input.actor, 'PlanFailed', input.reason, {
        reason: input.reason,
      });
    case 'start':
      return start(plan, input.actor, now);
    case 'approveStart':
      return approveStart(plan, input, now);
    case 'overrideFreezes':
      return askOverride(plan, input, now);
    case 'approveOverride':
      return approveOverride(plan, input, now);
    case 'withdrawOverride':
      return withdrawOverride(plan, input, now);
    case 'startAtItsTime':
      return startAtItsTime(plan, input.stopped, now);
    case 'schedule':
      return schedule(plan, input, now);
    case 'setDeadline':
      return setDeadline(plan, input, now);
    case 'deadline':
      return passDeadline(context, now);
    case 'close':
      return close(context, input, now);
    case 'continue':
      return goOn(context, input, now);
    case 'halt':
      // Of a plan that goes back nothing goes forward that could be halted.
      if (!isOpen(plan.status) || plan.halted || plan.intent === 'rollback')
        return { ok: true, state: plan, events: [] };
      return moved(
        plan,
        { halted: { by: 'threshold', reason: input.reason, at: now.toISOString() } },
        now,
        'executor',
        'PlanHalted',
        `Halted: ${input.reason} Running tasks and rollbacks go on. Continue to take in more, or cancel or roll back.`,
        { by: 'threshold', reason: input.reason, threshold: input.threshold },
      );
    case 'nextWave':
      return advanceWave(context, now);
    case 'measured':
      return measured(context, input, now);
    case 'pause':
      return pause(context, input, now);
    case 'resume':
      return resume(context, input, now);
    case 'cancel':
      return cancel(context, input, now);
    case 'rollback':
      return rollback(context, input, now);
    case 'setConcurrency':
      if (isSettled(plan.status)) return notAllowed(plan.status, 'given another concurrency');
      if (
        !Number.isInteger(input.value) ||
        input.value < 1 ||
        input.value > SETTING_LIMITS.maxConcurrency.max
      ) {
        return reject(
          'OUT_OF_RANGE',
          `Concurrency must be a whole number from 1 to ${SETTING_LIMITS.maxConcurrency.max}.`,
        );
      }
      if (input.value === plan.maxConcurrency)
        return reject('NOTHING_TO_DO', `Concurrency is ${input.value} already.`);
      return moved(
        plan,
        { maxConcurrency: input.value },
        now,
        input.actor,
        'ConcurrencyChanged',
        `Concurrency ${plan.maxConcurrency} → ${input.value}`,
        { from: plan.maxConcurrency, to: input.value },
      );
    case 'reopen':
      if (!isSettled(plan.status) || plan.startedAt === null) return { ok: true, state: plan, events: [] };
      return moved(
        plan,
        {
          status: 'RUNNING',
          intent: 'none',
          intentBy: null,
          urgent: null,
          rollbackTo: null,
          endedAt: null,
          countingSince: now,
          deadline: toldWhenOver(plan.deadline, now),
        },
        now,
        input.actor,
        'PlanResumed',
        `Opened again by ${input.actor}`,
        { by: input.actor },
      );
    case 'settle':
      return settle(context, now, input.left);
  }
}

/** Whether an operator may give this command now; null when allowed, else the reason to show. */
export function whyNotPlan(
  context: PlanTransitionContext,
  command: PlanCommand,
  now: Date = new Date(0),
): Rejection | null {
  const { maxConcurrency, startApproval, freezeOverride } = context.plan;
  const later = new Date(now.getTime() + 1);
  const asked = {
    type: command,
    actor: '',
    reason: command === 'overrideFreezes' ? '-' : null,
    value: maxConcurrency === 1 ? 2 : 1,
    startAt: later,
    finishBy: later,
    until: later,
    rule: USUAL_OVERRIDE,
    approver: {
      ...ANY_APPROVER,
      groups: [startApproval?.group, freezeOverride?.group].filter((group) => group !== undefined),
    },
  } as PlanInput;
  const outcome = transitionPlan(context, asked, now);
  return outcome.ok ? null : outcome.rejection;
}
