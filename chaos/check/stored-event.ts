import type { DomainEvent, StoredEvent } from '@/domain/events';
import type { CommittedEvent, PlanRecord, TaskRecord } from './history';

/** An event as a commit stores it: the next one of its plan, and of its task or else of the plan's own. */
export function storedEvent(
  plan: Pick<PlanRecord, 'plan' | 'planSeq' | 'ownSequenceId'>,
  task: Pick<TaskRecord, 'task' | 'sequenceId'> | null,
  event: DomainEvent,
  stored: { change: StoredEvent['change']; commitId: string; storedAt: number },
): CommittedEvent {
  plan.planSeq += 1;
  if (task) task.sequenceId += 1;
  else plan.ownSequenceId += 1;
  // Written out: one shape for every kind, which is several times faster than spreading.
  return {
    kind: event.kind,
    status: event.status,
    actor: event.actor,
    at: event.at,
    message: event.message,
    payload: event.payload,
    change: stored.change,
    eventId: `${plan.plan.planId}:${plan.planSeq}`,
    planId: plan.plan.planId,
    planSeq: plan.planSeq,
    taskId: task?.task.taskId ?? null,
    tenantId: task?.task.tenantId ?? null,
    sequenceId: task?.sequenceId ?? plan.ownSequenceId,
    commitId: stored.commitId,
    storedAt: stored.storedAt,
  } as CommittedEvent;
}
