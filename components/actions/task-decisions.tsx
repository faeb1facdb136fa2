'use client';

import type { Decision } from '@/components/live/plan-command';
import { useAskRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import type { Confirmation } from '@/components/ui/confirmation';
import type { ErrorType } from '@/domain/failure';
import type { HeldBy, TaskStatus } from '@/domain/task';
import classes from './decisions.module.css';
import { useAsk } from './task-actions';

/** What there is to know about a task that may wait for somebody's decision. */
export interface Undecided {
  tenantId: string;
  status: TaskStatus;
  heldBy: HeldBy | null;
  stage: string | null;
  errorType: ErrorType | null;
  requested: boolean;
}

type Question = Pick<Confirmation, 'action' | 'body' | 'destructive'>;
type Choice = { decision: Decision; label: string; question: ((task: Undecided) => Question) | null };

const APPROVAL: Choice[] = [
  { decision: 'approve', label: 'Approve', question: null },
  {
    decision: 'reject',
    label: 'Reject…',
    question: ({ tenantId, stage }) => ({
      action: `Reject ${tenantId}`,
      body: `${tenantId} stops at ${stage} and is cancelled; it counts as failed. What was sent before stays. To go back, choose Roll back; to try again, Retry.`,
      destructive: true,
    }),
  },
];

const RESEND: Choice = {
  decision: 'resend',
  label: 'Send again…',
  question: ({ tenantId, stage, status }) => ({
    action: `Send again to ${tenantId}`,
    body:
      status === 'ROLLBACK_FAILED'
        ? 'The rollback starts over. What is in place already is confirmed by its health check.'
        : `The step in ${stage} is sent once more, with the same key, and the task goes on from there. Say why it may be repeated.`,
    destructive: false,
  }),
};

const IN_DOUBT: Choice[] = [
  {
    decision: 'applied',
    label: 'It was applied…',
    question: ({ tenantId, stage }) => ({
      action: `Count it as applied at ${tenantId}`,
      body: `The step in ${stage} counts as done and is not sent again. Look at the target first: if it was not applied, the next health check fails.`,
      destructive: false,
    }),
  },
  RESEND,
];

const DRIFT: Choice[] = [
  {
    decision: 'override',
    label: 'Override…',
    question: ({ tenantId }) => ({
      action: `Override the drift of ${tenantId}`,
      body: `${tenantId} does not run what is on record, so somebody else may have changed it. The task goes on and writes over what is there.`,
      destructive: true,
    }),
  },
];

/** What has to be decided before the task goes on; empty when nothing has. */
export function choicesFor(task: Undecided): readonly Choice[] {
  if (task.requested) return [];
  if (task.status === 'PAUSED') return task.heldBy === 'approval' ? APPROVAL : [];
  if (task.status !== 'FAILED' && task.status !== 'ROLLBACK_FAILED') return [];
  if (task.errorType === 'DRIFT') return DRIFT;
  if (task.errorType !== 'IN_DOUBT') return [];
  return task.status === 'FAILED' ? IN_DOUBT : [RESEND];
}

/** The buttons of that decision. `refusal` comes from the domain's rules, null where they allow it. */
export function TaskDecisions(props: {
  task: Undecided;
  refusal: string | null;
  send: (decision: Decision, reason: string | null) => Promise<string | null>;
}) {
  const { task, send } = props;
  const ask = useAsk();
  const mayNot = useAskRefusal();
  const choices = choicesFor(task);
  if (choices.length === 0) return null;
  return (
    <span className={classes.buttons}>
      {choices.map(({ decision, label, question }) => (
        <ActionButton
          key={decision}
          size="compact-sm"
          variant="default"
          refusal={mayNot ?? props.refusal}
          aria-label={`${label.replace('…', '')} ${task.tenantId}`}
          onClick={() => {
            if (question === null) void send(decision, null);
            else
              ask({
                ...question(task),
                friction: 'reason',
                wayOut: 'keepAsIs',
                figures: '',
                onConfirm: (reason) => send(decision, reason),
              });
          }}
        >
          {label}
        </ActionButton>
      ))}
    </span>
  );
}
