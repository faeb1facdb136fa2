'use client';

import type { Decision } from '@/components/live/plan-command';
import { useApprover, useAskRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { type OpenApproval, whyNotApprove } from '@/domain/approval';
import type { ErrorType } from '@/domain/failure';
import type { HeldBy, TaskStatus } from '@/domain/task';
import { useActionWords } from './action-words';
import classes from './decisions.module.css';
import { useAsk } from './task-actions';
import { decisionQuestion } from './task-question';

/** What there is to know about a task that may wait for somebody's decision. */
export interface Undecided {
  tenantId: string;
  status: TaskStatus;
  heldBy: HeldBy | null;
  stage: string | null;
  errorType: ErrorType | null;
  requested: boolean;
  /** What is asked of those who approve. */
  approval: OpenApproval | null;
  /** Who made its plan. */
  madeBy: string;
}

const APPROVAL = ['approve', 'reject'] as const satisfies Decision[];
const IN_DOUBT = ['applied', 'resend'] as const satisfies Decision[];
const IN_DOUBT_BACK = ['resend'] as const satisfies Decision[];
const DRIFT = ['override'] as const satisfies Decision[];

/** What has to be decided before the task goes on; empty when nothing has. */
export function choicesFor(task: Undecided): readonly Decision[] {
  if (task.requested) return [];
  if (task.status === 'PAUSED') return task.heldBy === 'approval' ? APPROVAL : [];
  if (task.status !== 'FAILED' && task.status !== 'ROLLBACK_FAILED') return [];
  if (task.errorType === 'DRIFT') return DRIFT;
  if (task.errorType !== 'IN_DOUBT') return [];
  return task.status === 'FAILED' ? IN_DOUBT : IN_DOUBT_BACK;
}

/** The buttons of that decision. `refusal` comes from the domain's rules, null where they allow it. */
export function TaskDecisions(props: {
  task: Undecided;
  refusal: string | null;
  send: (decision: Decision, reason: string | null) => Promise<string | null>;
}) {
  const { task, send } = props;
  const ask = useAsk();
  const words = useActionWords();
  const mayNot = useAskRefusal();
  const me = useApprover(task.madeBy);
  const choices = choicesFor(task);
  if (choices.length === 0) return null;
  const { tenantId, stage, status } = task;
  const notMine = (task.approval && whyNotApprove(task.approval, me)?.message) ?? null;
  const goesBack = status === 'ROLLBACK_FAILED';

  function press(decision: Decision) {
    if (decision === 'approve') void send(decision, null);
    else
      ask({
        ...decisionQuestion(decision, { tenantId, stage, goesBack }, words),
        onConfirm: (reason) => send(decision, reason),
      });
  }

  return (
    <span className={classes.buttons}>
      {choices.map((decision) => {
        const verb = words.t(`verb.${decision}`);
        return (
          <ActionButton
            key={decision}
            size="compact-sm"
            variant="default"
            refusal={mayNot ?? props.refusal ?? (decision === 'approve' ? notMine : null)}
            aria-label={`${verb} ${tenantId}`}
            onClick={() => press(decision)}
          >
            {decision === 'approve' ? verb : `${verb}…`}
          </ActionButton>
        );
      })}
    </span>
  );
}
