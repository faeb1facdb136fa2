'use client';

import { useActionWords } from '@/components/actions/action-words';
import { useFigures, usePlanStore, usePlanView } from '@/components/live/use-live-plan';
import { ConfirmDialog } from '@/components/ui/confirm';
import { type PlanQuestion, planQuestion } from './plan-questions';

/** Asks before a command for the whole plan; its numbers follow the plan while it is open. */
export function Question(props: {
  asking: PlanQuestion | null;
  send: (kind: PlanQuestion, reason: string | null, now?: boolean) => Promise<string | null>;
  onClose: () => void;
}) {
  const { asking, send } = props;
  const store = usePlanStore();
  const plan = usePlanView();
  const words = useActionWords();
  const figures = useFigures(asking !== null);
  const of = { plan, figures, tasks: store.tasks(), lengths: store.recentLengths() };
  const confirmation = asking && {
    ...planQuestion(asking, of, words),
    onConfirm: (reason: string | null, atOnce: boolean) => send(asking, reason, atOnce),
  };
  return <ConfirmDialog confirmation={confirmation} onClose={props.onClose} />;
}
