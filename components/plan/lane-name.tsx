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
