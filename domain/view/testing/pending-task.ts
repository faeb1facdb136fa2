import type { TaskView } from '@/domain/view/plan-view';
import { UNTOUCHED } from '@/domain/view/untouched';

/** A task of PLN-1 that waits for its turn. */
export const pendingTask = (ordinal: number): TaskView => ({
  ...UNTOUCHED,
  taskId: `PLN-1.${ordinal}`,
  tenantId: `t${ordinal}`,
  tenantName: `Tenant ${ordinal}`,
  ordinal,
});
