import { type ColumnarSnapshot, idOf, type Row } from './columnar-snapshot';
import type { Column, Json } from './columns';
import type { PlanSnapshot, TaskView } from './plan-view';
import { toColumn } from './to-column';

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
