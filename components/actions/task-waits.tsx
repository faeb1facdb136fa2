'use client';

import dynamic from 'next/dynamic';
import { waitsForDecision } from '@/components/live/lane-notes';
import { taskRefusal } from '@/components/live/situation';
import { nothing } from '@/components/ui/nothing';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import classes from './decisions.module.css';
import type { Undecided } from './task-decisions';
import { useTaskCommands } from './use-task-commands';

// Few tasks wait for a decision.
const TaskDecisions = dynamic(() => import('./task-decisions').then((module) => module.TaskDecisions), {
  loading: nothing,
});

/** What a task waits for that only a person can give, with the buttons for it; `dense`: on one line, the rest in its title. */
export function TaskWaits({ task, plan, dense }: { task: TaskView; plan: PlanView; dense?: boolean }) {
  const send = useTaskCommands();
  const stage = plan.stages[task.stageIndex] ?? null;
  const undecided: Undecided = {
    tenantId: task.tenantId,
    status: task.status,
    heldBy: task.heldBy,
    stage: task.status === 'PAUSED' ? stage : task.currentStage,
    errorType: task.failure?.errorType ?? null,
    requested: task.request !== null,
  };
  if (!waitsForDecision(task)) {
    const held = task.status === 'PAUSED' && task.heldBy === 'policy' && !task.request;
    return held ? (
      <div className={classes.ask} data-dense={dense || undefined}>
        Stopped before {stage} by the pause policy. Resume it to go on.
      </div>
    ) : null;
  }
  const command = task.status === 'PAUSED' ? 'approve' : task.status === 'FAILED' ? 'retry' : 'rollback';
  const told = words(task, plan, stage);
  return (
    <div className={classes.ask} data-dense={dense || undefined}>
      <span className={classes.words} title={dense ? told : undefined}>
        {told}
      </span>
      <TaskDecisions
        task={undecided}
        refusal={taskRefusal(task, plan, command, 'decision').reason}
        send={(decision, reason) => send(task.taskId, decision, reason)}
      />
    </div>
  );
}

function words(task: TaskView, plan: PlanView, stage: string | null): string {
  if (task.status !== 'PAUSED')
    return task.failure?.errorType === 'DRIFT'
      ? 'It does not run what is on record. Mend it and retry, or override.'
      : 'Nobody knows whether this was applied. Look at the target, then decide.';
  const approval = stage === null ? undefined : plan.approvals[stage];
  const who = approval?.approvers ? ` (${approval.approvers})` : '';
  return `Waits for approval in ${stage}${who}. ${approval?.instructions ?? ''}`.trim();
}
