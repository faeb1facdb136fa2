'use client';

import { useActionWords } from '@/components/actions/action-words';
import { useFigures, usePlanStore, usePlanView } from '@/components/live/use-live-plan';
import { ConfirmDialog } from '@/components/ui/confirm';
import type { BulkAsking } from './bulk-press';
import { prospectOf } from './bulk-prospect';
import { bulkQuestion } from './bulk-question';

/** Asks before an action on many tasks; its numbers follow the plan while it is open. */
export function BulkDialog(props: {
  asking: BulkAsking | null;
  send: (reason: string | null, now: boolean) => Promise<string | null>;
  onClose: () => void;
}) {
  const { asking, send } = props;
  const plan = usePlanView();
  const store = usePlanStore();
  const words = useActionWords();
  // Looks again as they change.
  useFigures(asking !== null);
  const question =
    asking &&
    bulkQuestion(
      asking.action,
      prospectOf(asking.action, asking.subject.tasks(), plan),
      plan,
      store.recentLengths(),
      words,
    );
  return (
    <ConfirmDialog confirmation={question && { ...question, onConfirm: send }} onClose={props.onClose} />
  );
}
