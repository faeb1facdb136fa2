'use client';

import { useRouter } from 'next/navigation';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import classes from './lane.module.css';

/** Whose lane it is: the name, in whatever script, its id, and from which version to which it goes. */
export function LaneName({ task, plan }: { task: TaskView; plan: PlanView }) {
  const router = useRouter();
  const href = `/plans/${plan.planId}/tasks/${task.taskId}`;
  const named = task.tenantName !== task.tenantId;
  return (
    <span className={classes.words}>
      {/* Not the link of the framework, which costs more than the rest of the lane. */}
      <a
        className={classes.name}
        href={href}
        title={task.tenantName}
        dir="auto"
        tabIndex={-1}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
          event.preventDefault();
          router.push(href);
        }}
      >
        {task.tenantName}
      </a>
      <span className={classes.about}>
        {named && <span className={classes.id}>{task.tenantId}</span>}
        <span className={classes.versions}>{versionsOf(task, plan)}</span>
      </span>
    </span>
  );
}

/** The way it goes: back, while it is rolled back and after that. */
function versionsOf({ direction, previousVersion }: TaskView, { version }: PlanView): string {
  const before = previousVersion ?? '—';
  return direction === 'rollback' ? `${version} → ${before}` : `${before} → ${version}`;
}

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
