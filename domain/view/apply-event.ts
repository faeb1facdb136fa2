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
  const next = { ...snapshot };
  let copied = false;
  const gap = advance(next, events, () => {
    if (!copied) next.tasks = [...snapshot.tasks];
    copied = true;
  });
  return { snapshot: next.planSeq === snapshot.planSeq ? snapshot : next, gap };
}

/**
 * The same in place, for who holds the only copy: costs what the events change, however many tasks there are. `changing` is
 * told the place of each task before it is replaced; the answer says whether events are missing.
 */
export function advance(
  view: PlanSnapshot,
  events: readonly LiveEvent[],
  changing: (index: number, task: TaskView) => void,
): boolean {
  for (const event of events) {
    if (event.planId !== view.plan.planId || event.planSeq <= view.planSeq) continue;
    if (event.planSeq !== view.planSeq + 1) return true;
    view.planSeq = event.planSeq;
    if (event.at > view.now) view.now = event.at;
    if (event.taskId === null) {
      view.plan = planAfter(view.plan, event);
      continue;
    }
    const index = indexOf(view.tasks, event.taskId);
    const task = view.tasks[index];
    if (!task) continue;
    changing(index, task);
    view.tasks[index] = taskAfter(task, event);
  }
  return false;
}

/** Where a task is, or -1. They come by ordinal, which ends their id: nearly always the place is known without a search. */
export function indexOf(tasks: readonly TaskView[], taskId: string): number {
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
