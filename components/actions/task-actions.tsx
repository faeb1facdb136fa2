'use client';

import { CirclePause, CirclePlay, CircleX, RotateCw, Undo2 } from 'lucide-react';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { taskRefusal } from '@/components/live/situation';
import { useAskRefusal } from '@/components/session/role';
import { ConfirmDialog } from '@/components/ui/confirm';
import type { Confirmation } from '@/components/ui/confirmation';
import { SharedTooltip } from '@/components/ui/shared-tooltip';
import type { RequestKind } from '@/domain/task';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import classes from './task-actions.module.css';
import { useTaskCommands } from './use-task-commands';

const LOOK = { size: 17, 'aria-hidden': true } as const;

// The pictures are made once: a lane that shows another task leaves them as they are.
const ACTIONS = [
  { kind: 'pause', verb: 'Pause', icon: <CirclePause {...LOOK} /> },
  { kind: 'resume', verb: 'Resume', icon: <CirclePlay {...LOOK} /> },
  { kind: 'cancel', verb: 'Cancel', icon: <CircleX {...LOOK} /> },
  { kind: 'retry', verb: 'Retry', icon: <RotateCw {...LOOK} /> },
  { kind: 'rollback', verb: 'Roll back', icon: <Undo2 {...LOOK} /> },
] as const satisfies { kind: RequestKind; verb: string; icon: ReactNode }[];

type Ask = (confirmation: Confirmation) => void;
const AskContext = createContext<Ask>(() => {});

/** One dialog and one tooltip for all the actions below it. */
export function TaskActionDialogs({ children }: { children: ReactNode }) {
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  return (
    <AskContext value={setConfirmation}>
      <SharedTooltip>{children}</SharedTooltip>
      <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(null)} />
    </AskContext>
  );
}

/** Asks through the dialog of {@link TaskActionDialogs}. */
export const useAsk = (): Ask => useContext(AskContext);

/** What may be done with one task. All stay focusable; a refused one says why, in the server's words. */
export function TaskActions({ task, plan }: { task: TaskView; plan: PlanView }) {
  const send = useTaskCommands();
  const ask = useAsk();
  const mayNot = useAskRefusal();

  function act(kind: RequestKind, wantsReason: boolean) {
    const confirmation = confirmationFor(kind, task, plan, wantsReason);
    if (!confirmation) void send(task.taskId, kind);
    else ask({ ...confirmation, onConfirm: (reason, atOnce) => send(task.taskId, kind, reason, atOnce) });
  }

  return ACTIONS.map(({ kind, verb, icon }) => {
    const refusal = taskRefusal(task, plan, kind);
    const reason = mayNot ?? refusal.reason;
    const refused = reason !== null;
    const name = `${verb} ${task.tenantId}`;
    return (
      <button
        key={kind}
        type="button"
        className={classes.action}
        data-tip
        aria-label={name}
        aria-disabled={refused || undefined}
        aria-description={reason ?? undefined}
        onClick={() => {
          if (!refused) act(kind, refusal.wantsReason);
        }}
      >
        {icon}
      </button>
    );
  });
}

function confirmationFor(
  kind: RequestKind,
  task: TaskView,
  plan: PlanView,
  wantsReason: boolean,
): Omit<Confirmation, 'onConfirm'> | null {
  const mayHurry = task.status === 'RUNNING';
  const base = { friction: 'reason', destructive: true, figures: '', mayHurry } as const;
  const { tenantId, previousVersion } = task;
  if (kind === 'cancel') {
    return {
      ...base,
      action: `Cancel ${tenantId}`,
      wayOut: 'keepRunning',
      body: task.configSent
        ? `${tenantId} is already on ${plan.version}. Cancelling leaves it there, unverified. To go back, choose Roll back.`
        : `It stops at the next stage boundary and stays on ${previousVersion ?? 'what it has'}. Cancelling does not roll back.`,
    };
  }
  if (kind === 'rollback') {
    return {
      ...base,
      action: `Roll back ${tenantId}`,
      wayOut: 'keepAsIs',
      body: `${tenantId} goes back from ${plan.version} to ${previousVersion ?? 'the version before'}, stage by stage, as soon as a slot is free. To have ${plan.version} again, retry it afterwards.`,
    };
  }
  if (kind === 'retry' && wantsReason) {
    return {
      ...base,
      mayHurry: false,
      action: `Retry ${tenantId}`,
      wayOut: 'keepAsIs',
      destructive: false,
      body: `It was retried ${task.retryCount} of ${plan.maxRetry} times already. Say why it should work now.`,
    };
  }
  return null;
}
