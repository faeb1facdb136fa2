import { type Column, fromColumn, type Json, toColumn } from './columns';
import type { PlanSnapshot, TaskView } from './plan-view';

/** A snapshot as it travels: the tasks as columns, without what follows from the rest. */
export interface ColumnarSnapshot extends Omit<PlanSnapshot, 'tasks'> {
  count: number;
  tasks: Column;
}

/** A task without the id that its plan and its ordinal make, and without a name that is its tenant's id. */
type Row = Omit<TaskView, 'taskId' | 'tenantName'> & { taskId: string | null; tenantName: string | null };

const idOf = (planId: string, ordinal: number) => `${planId}.${ordinal}`;

/** Lists of tasks are never changed, only replaced: of a plan at rest, one is made for all who look. */
const made = new WeakMap<readonly TaskView[], Column>();

/** A snapshot for its way to a page. */
export function toColumnar({ tasks, ...rest }: PlanSnapshot): ColumnarSnapshot {
  let column = made.get(tasks);
  if (!column) {
    const { planId } = rest.plan;
    const rows = tasks.map(
      (task): Row => ({
        ...task,
        taskId: task.taskId === idOf(planId, task.ordinal) ? null : task.taskId,
        tenantName: task.tenantName === task.tenantId ? null : task.tenantName,
      }),
    );
    // A view is what JSON has of it.
    column = toColumn(rows as unknown as Json[]);
    made.set(tasks, column);
  }
  return { ...rest, count: tasks.length, tasks: column };
}

/** What was asked for without columns is whole already. */
export function fromColumnar(snapshot: ColumnarSnapshot | PlanSnapshot): PlanSnapshot {
  if (!('count' in snapshot)) return snapshot;
  const { count, tasks, ...rest } = snapshot;
  const rows = fromColumn(tasks, count) as unknown as Row[];
  const { planId } = rest.plan;
  for (const row of rows) {
    row.taskId ??= idOf(planId, row.ordinal);
    row.tenantName ??= row.tenantId;
  }
  return { ...rest, tasks: rows as TaskView[] };
}
