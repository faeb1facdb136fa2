import type { TaskWithContext } from '@/db/queries/runs';
import type { DomainEvent } from '@/domain/events';
import { mayRunTarget } from '@/domain/sent';
import { holdsTenant, type TaskState } from '@/domain/task';
import { UNKNOWN_VERSION } from '@/domain/tenant';
import type { TaskChange, TenantVersion } from './commit';

/**
 * What a transition carries along besides the state: the hold on the tenant, the tenant's versions and the checkpoint
 * data follow from where the task was and where it is now.
 */
export function taskChange(read: TaskWithContext, state: TaskState, events: DomainEvent[]): TaskChange {
  const before = read.task;
  const change: TaskChange = {
    taskId: before.taskId,
    planId: before.planId,
    tenantId: before.tenantId,
    revision: read.revision,
    events,
  };
  if (state !== before) {
    change.state = state;
    change.before = before;
  }
  const goal = state.previous?.snapshotId;
  if (goal && goal !== read.previousSnapshotId) change.previousSnapshotId = goal;
  const held = holdsTenant(before);
  const holds = holdsTenant(state);
  if (held !== holds) change.hold = holds ? 'take' : 'release';
  const tenantVersion = versionAfter(read, state, events);
  if (tenantVersion) change.tenantVersion = tenantVersion;
  if (before.dataAt && !state.dataAt) change.dropsData = { direction: before.direction };
  return change;
}

function versionAfter(read: TaskWithContext, state: TaskState, events: DomainEvent[]): TenantVersion | null {
  const { target, task } = read;
  if (!target) return null;
  const source = { unitId: target.unitId, unitName: target.unitName, reason: '' };
  if (state.status === 'COMPLETED' && task.status !== 'COMPLETED') {
    return {
      ...source,
      version: target.version,
      snapshotId: target.snapshotId,
      lastKnownGood: state.healthConfirmed,
      actor: 'executor',
      reason: 'switched',
    };
  }
  if (state.status === 'ROLLED_BACK' && task.status !== 'ROLLED_BACK' && state.previous) {
    return {
      ...source,
      ...state.previous,
      snapshotId: state.previous.snapshotId ?? read.previousSnapshotId,
      lastKnownGood: state.healthConfirmed,
      actor: 'executor',
      reason: 'rolled back',
    };
  }
  if (mayRunTarget(task.sent) && !mayRunTarget(state.sent))
    return {
      ...source,
      restore: true,
      version: UNKNOWN_VERSION,
      snapshotId: null,
      lastKnownGood: false,
      actor: 'executor',
      reason: 'nothing was sent',
    };
  // From the moment a send is announced nobody knows what the tenant runs, until its instances confirm it.
  const sends = events.some(
    (event) => event.kind === 'StepStarted' && event.payload.type === 'config-update',
  );
  return sends
    ? {
        ...source,
        version: UNKNOWN_VERSION,
        snapshotId: null,
        lastKnownGood: false,
        actor: 'executor',
        reason: 'sent',
      }
    : null;
}
