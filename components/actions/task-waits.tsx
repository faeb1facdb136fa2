'use client';

import dynamic from 'next/dynamic';
import { useTranslations } from 'use-intl';
import { waitsForDecision } from '@/components/live/lane-notes';
import { taskRefusal } from '@/components/live/situation';
import { nothing } from '@/components/ui/nothing';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import classes from './decisions.module.css';
import type { Undecided } from './task-decisions';
import { useApprovalWords } from './use-approval-words';
import { useTaskCommands } from './use-task-commands';

// Few tasks wait for a decision.
const TaskDecisions = dynamic(() => import('./task-decisions').then((module) => module.TaskDecisions), {
  loading: nothing,
});

type Waits = { task: TaskView; plan: PlanView; dense?: boolean };

/** What a task waits for that only a person can give, with the buttons for it; `dense`: on one line, the rest in its title. */
export function TaskWaits(props: Waits) {
  const { status, heldBy, request } = props.task;
  // Most wait for nobody.
  if (waitsForDecision(props.task)) return <Decision {...props} />;
  return status === 'PAUSED' && heldBy === 'policy' && !request ? <Held {...props} /> : null;
}

function Held({ task, plan, dense }: Waits) {
  const t = useTranslations('actions.waits');
  return (
    <div className={classes.ask} data-dense={dense || undefined}>
      {t('policy', { stage: plan.stages[task.stageIndex] ?? '' })}
    </div>
  );
}

function Decision({ task, plan, dense }: Waits) {
  const t = useTranslations('actions.waits');
  const send = useTaskCommands();
  const wordsOf = useApprovalWords();
  const stage = plan.stages[task.stageIndex] ?? null;
  const undecided: Undecided = {
    tenantId: task.tenantId,
    status: task.status,
    heldBy: task.heldBy,
    stage: task.status === 'PAUSED' ? stage : task.currentStage,
    errorType: task.failure?.errorType ?? null,
    requested: task.request !== null,
    approval: task.approval,
    madeBy: plan.createdBy,
  };
  const command = task.status === 'PAUSED' ? 'approve' : task.status === 'FAILED' ? 'retry' : 'rollback';
  const told = words();
  return (
    <div className={classes.ask} data-dense={dense || undefined}>
      <span className={classes.words} title={dense ? told : undefined}>
        {told}
      </span>
      <TaskDecisions
        task={undecided}
        refusal={taskRefusal(task, plan, command, 'decision').reason}
        send={(decision, reason) => send(task.taskId, decision, reason, false, stage)}
      />
    </div>
  );

  function words(): string {
    if (task.status !== 'PAUSED') return t(task.failure?.errorType === 'DRIFT' ? 'drift' : 'inDoubt');
    const approval = stage === null ? undefined : plan.approvals[stage];
    const asked = { stage: stage ?? '', instructions: approval?.instructions ?? '' };
    const who = approval?.approvers;
    const told = who ? t('approvalBy', { ...asked, who }) : t('approval', asked);
    return `${told} ${wordsOf(task.approval)}`.trim();
  }
}
