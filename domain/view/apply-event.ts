import type { EventPayloads, InJson } from '@/domain/events';
import { extendLane } from '@/domain/lane';
import type { PlanState, PlanStatus } from '@/domain/plan';
import type { TaskState, TaskStatus } from '@/domain/task';
import { EXECUTOR } from '@/domain/task-outcome';
import type { LiveEvent, PlanSnapshot, PlanView, TaskView } from './plan-view';

/** What became of a batch: `gap` says that events are missing after `snapshot.planSeq`. */
export interface Applied {
  snapshot: PlanSnapshot;
  gap: boolean;
}

/** Applies one event; what was seen before changes nothing, and a hole answers `gap`. */
export function applyEvent(snapshot: PlanSnapshot, event: LiveEvent): PlanSnapshot | 'gap' {
  const { snapshot: next, gap } = applyEvents(snapshot, [event]);
  return gap ? 'gap' : next;
}

/** Applies a batch in order up to the first hole; the list of tasks is copied once, not once for each event. */
export function applyEvents(snapshot: PlanSnapshot, events: readonly LiveEvent[]): Applied {
  let { planSeq, now, plan } = snapshot;
  let tasks: TaskView[] | null = null;
  let gap = false;
  for (const event of events) {
    if (event.planId !== plan.planId || event.planSeq <= planSeq) continue;
    if (event.planSeq !== planSeq + 1) {
      gap = true;
      break;
    }
    planSeq = event.planSeq;
    if (event.at > now) now = event.at;
    if (event.taskId === null) {
      plan = planAfter(plan, event);
      continue;
    }
    tasks ??= [...snapshot.tasks];
    const index = indexOf(tasks, event.taskId);
    const task = tasks[index];
    if (task) tasks[index] = taskAfter(task, event);
  }
  if (planSeq === snapshot.planSeq) return { snapshot, gap };
  return { snapshot: { planSeq, now, plan, tasks: tasks ?? snapshot.tasks }, gap };
}

/** Tasks come by ordinal, which ends their id: nearly always the place is known without a search. */
function indexOf(tasks: readonly TaskView[], taskId: string): number {
  const ordinal = Number(taskId.slice(taskId.lastIndexOf('.') + 1));
  for (const guess of [ordinal - 1, ordinal]) if (tasks[guess]?.taskId === taskId) return guess;
  return tasks.findIndex((task) => task.taskId === taskId);
}

function taskAfter(task: TaskView, event: LiveEvent): TaskView {
  const { kind, at, actor, payload } = event;
  const { previous, ...change } = (event.change ?? {}) as Partial<InJson<TaskState>>;
  return {
    ...task,
    ...change,
    status: event.status as TaskStatus,
    // A beat is anything that the one who runs the task stored.
    heartbeatAt: actor === EXECUTOR ? at : task.heartbeatAt,
    previousVersion: previous?.version ?? task.previousVersion,
    lane: extendLane(task.lane, kind, at, { ...payload }),
    probe: kind === 'ProbeResult' ? { ...roundOf(event), at } : task.probe,
  };
}

function roundOf({ payload }: LiveEvent): Omit<NonNullable<TaskView['probe']>, 'at'> {
  const { round, rounds, instances } = payload as EventPayloads['ProbeResult'];
  return { round, rounds, instances };
}

function planAfter(plan: PlanView, { status, change }: LiveEvent): PlanView {
  return { ...plan, ...(change as Partial<InJson<PlanState>> | null), status: status as PlanStatus };
}
