'use client';

import { useFigures, usePlanStore, usePlanView } from '@/components/live/use-live-plan';
import { ConfirmDialog } from '@/components/ui/confirm';
import type { Confirmation } from '@/components/ui/confirmation';
import { PLAN_QUESTIONS, type PlanQuestion } from './plan-questions';

/** Asks before a command for the whole plan; its numbers follow the plan while it is open. */
export function Question(props: {
  asking: PlanQuestion | null;
  send: (kind: PlanQuestion, reason: string | null, now?: boolean) => Promise<string | null>;
  onClose: () => void;
}) {
  const { asking, send } = props;
  const store = usePlanStore();
  const plan = usePlanView();
  const figures = useFigures(asking !== null);
  const confirmation: Confirmation | null = asking && {
    ...PLAN_QUESTIONS[asking](plan, figures, store.tasks()),
    planId: plan.planId,
    mayHurry: (asking === 'cancel' || asking === 'rollback') && figures.byStatus.RUNNING > 0,
    onConfirm: (reason, atOnce) => send(asking, reason, atOnce),
  };
  return <ConfirmDialog confirmation={confirmation} onClose={props.onClose} />;
}
