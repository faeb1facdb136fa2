import type { TaskView } from '@/domain/view/plan-view';

/** Wide characters take about two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const PIXELS_PER_COLUMN = 7.6;

/** How wide names have to be, in pixels, for none of these to be cut. */
export function nameWidth(tasks: readonly Pick<TaskView, 'tenantName' | 'tenantId'>[]): number {
  let most = 0;
  for (const { tenantName, tenantId } of tasks) {
    const few = Math.max(tenantName.length * 2, tenantId.length + 12) <= most;
    if (few) continue;
    let columns = 0;
    for (const character of tenantName) columns += WIDE.test(character) ? 2 : 1;
    // Beside the id stand the versions.
    most = Math.max(most, columns, tenantId.length + 12);
  }
  return Math.ceil(most * PIXELS_PER_COLUMN);
}
