'use client';

import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import { taskRefusal } from '@/components/live/situation';
import { useAskRefusal } from '@/components/session/role';
import { ConfirmDialog } from '@/components/ui/confirm';
import type { Confirmation } from '@/components/ui/confirmation';
import { SharedTooltip } from '@/components/ui/shared-tooltip';
import type { RequestKind } from '@/domain/task';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import { ACTIONS, TASK_ACTIONS } from './action-table';
import classes from './task-actions.module.css';
import { useTaskAct } from './use-task-act';

// The pictures are made once: a lane that shows another task leaves them as they are.
const PICTURES = Object.fromEntries(
  TASK_ACTIONS.map((kind) => {
    const { Icon } = ACTIONS[kind];
    return [kind, <Icon key={kind} size={17} aria-hidden="true" />];
  }),
) as unknown as Record<RequestKind, ReactNode>;

type Ask = (confirmation: Confirmation) => void;
const AskContext = createContext<Ask>(() => {});
type Verbs = Record<RequestKind, string>;
const VerbsContext = createContext<Verbs | null>(null);

/** One dialog and one tooltip for all the actions below it, and their names, made once for all of them. */
export function TaskActionDialogs({ children }: { children: ReactNode }) {
  const t = useTranslations('actions.verb');
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const verbs = useMemo(() => Object.fromEntries(TASK_ACTIONS.map((kind) => [kind, t(kind)])) as Verbs, [t]);
  return (
    <AskContext value={setConfirmation}>
      <VerbsContext value={verbs}>
        <SharedTooltip>{children}</SharedTooltip>
      </VerbsContext>
      <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(null)} />
    </AskContext>
  );
}

/** Asks through the dialog of {@link TaskActionDialogs}. */
export const useAsk = (): Ask => useContext(AskContext);

/** What may be done with one task. All stay focusable; a refused one says why, in the server's words. */
export function TaskActions({ task, plan }: { task: TaskView; plan: PlanView }) {
  const act = useTaskAct(useAsk());
  const verbs = useContext(VerbsContext);
  const mayNot = useAskRefusal();
  const say = useSay();

  return TASK_ACTIONS.map((kind) => {
    const reason = mayNot ?? taskRefusal(task, plan, kind).reason;
    const refused = reason !== null;
    return (
      <button
        key={kind}
        type="button"
        className={classes.action}
        data-tip
        data-key={ACTIONS[kind].key}
        aria-label={`${verbs?.[kind]} ${task.tenantId}`}
        aria-disabled={refused || undefined}
        aria-description={say(reason) ?? undefined}
        onClick={() => {
          if (!refused) act(kind, task.taskId);
        }}
      >
        {PICTURES[kind]}
      </button>
    );
  });
}
