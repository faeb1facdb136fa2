import type { History, Violation } from '@/chaos/check/history';
import { CHECKPOINT_LOST, occupiesSlot, type TaskState } from '@/domain/task';
import { TAKEN_AS_APPLIED } from '@/server/executor/run-failures';
import { DATA_GONE } from './fake-steps';

/**
 * What only the simulation can ask, because it knows that nothing is left to do: work that could go on does not lie
 * still, somebody drives each plan that is awake, and no stage data is missing that nobody lost.
 */
export function checkRest(history: History, endless: boolean, driven: ReadonlySet<string>): Violation[] {
  const found: Violation[] = [];
  const add = (invariant: string, subject: string, message: string) =>
    found.push({ invariant, subject, message });
  if (endless) add('progress', 'run', 'never came to rest');
  // A step that is taken as applied by an operator's word leaves nothing for later ones.
  const believed = new Set<string | null>();
  for (const event of history.events) {
    if (event.kind === 'StepSucceeded' && event.payload.detail === TAKEN_AS_APPLIED)
      believed.add(event.taskId);
    if (event.kind !== 'StepFailed' && event.kind !== 'StageFailed') continue;
    const { code } = event.payload.failure;
    const lost = code === DATA_GONE && !believed.has(event.taskId);
    if (code === CHECKPOINT_LOST || lost)
      add('checkpoint', event.taskId ?? '', `${event.planSeq} ${event.kind} ${code}, but nothing lost it`);
  }
  for (const { plan, awake } of endless ? [] : history.plans)
    if (awake && !driven.has(plan.planId)) add('progress', plan.planId, 'is awake and nobody drives it');
  const holder = new Map(history.holds.map((hold) => [hold.tenantId, hold.taskId]));
  for (const { task } of history.tasks) {
    if (endless) break;
    const plan = history.plans.find((one) => one.plan.planId === task.planId)?.plan;
    if (!plan) continue;
    if (plan.intent === 'rollback' && plan.status === 'FAILED' && couldGoBack(history, task))
      add('planRollback', task.taskId, `is ${task.status} and was never asked to go back with its plan`);
    if (occupiesSlot(task.status)) add('progress', task.taskId, `is ${task.status} and nobody runs it`);
    const held = holder.get(task.tenantId);
    const free = held === undefined || held === task.taskId;
    const stopped = history.stops.at(-1)?.until === null;
    const takesIn = plan.status === 'RUNNING' && plan.intent === 'none' && !plan.halted && !stopped;
    const first = history.tasks.every(
      (one) =>
        one.task.planId !== task.planId || one.task.ordinal >= task.ordinal || one.task.status !== 'PENDING',
    );
    if (
      task.status === 'PENDING' &&
      takesIn &&
      free &&
      first &&
      task.wave <= plan.wave &&
      plan.bakeUntil === null
    )
      if (!history.tasks.some((one) => one.task.planId === plan.planId && one.task.request !== null))
        add('progress', task.taskId, 'could start and does not');
  }
  return found;
}

/** Who goes down in order leaves its tasks at their boundaries. */
export function checkOrderly({ events }: History): Violation[] {
  return events.flatMap(({ kind, taskId, planSeq }) =>
    kind === 'StepInDoubt'
      ? [
          {
            invariant: 'orderly',
            subject: taskId ?? '',
            message: `${planSeq} ${kind}, although nobody was lost`,
          },
        ]
      : [],
  );
}

/** It changed something, there is something to go back to, and no newer plan has the tenant. */
function couldGoBack({ tasks }: History, task: TaskState): boolean {
  const { status, direction, stageStarted, stageStartedAt, previous, tenantId } = task;
  const rests = ['COMPLETED', 'FAILED', 'CANCELLED'].includes(status);
  const overtaken = tasks.some(
    ({ task: other }) =>
      other.tenantId === tenantId &&
      other.taskId !== task.taskId &&
      (other.stageStartedAt?.getTime() ?? 0) > (stageStartedAt?.getTime() ?? 0),
  );
  return rests && direction === 'forward' && stageStarted && previous !== null && !overtaken;
}
