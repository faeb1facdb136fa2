import { type Column, fromColumn } from './columns';
import type { PlanSnapshot, TaskView } from './plan-view';

/** A snapshot as it travels: the tasks as columns, without what follows from the rest. */
export interface ColumnarSnapshot extends Omit<PlanSnapshot, 'tasks'> {
  count: number;
  tasks: Column;
}

/** A task without the id that its plan and its ordinal make, and without a name that is its tenant's id. */
export type Row = Omit<TaskView, 'taskId' | 'tenantName'> & {
  taskId: string | null;
  tenantName: string | null;
};

/** The id that a task has by its plan and its ordinal. */
export const idOf = (planId: string, ordinal: number) => `${planId}.${ordinal}`;

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
