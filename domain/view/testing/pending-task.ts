import { USUAL } from '@/domain/view/lean-snapshot';
import type { TaskView } from '@/domain/view/plan-view';

/** A task of PLN-1 that waits for its turn. */
export const pendingTask = (ordinal: number): TaskView => ({
  ...USUAL,
  taskId: `PLN-1.${ordinal}`,
  tenantId: `t${ordinal}`,
  tenantName: `Tenant ${ordinal}`,
  ordinal,
});
