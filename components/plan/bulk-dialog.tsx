'use client';

import { ConfirmDialog } from '@/components/ui/confirm';
import type { BulkAction } from '@/domain/bulk';
import type { PlanView } from '@/domain/view/plan-view';
import { bulkQuestion, type Prospect } from './bulk-actions';

/** Asks before an action on many tasks; its numbers follow the plan while it is open. */
export function BulkDialog(props: {
  asking: BulkAction | null;
  prospectOf: (action: BulkAction) => Prospect | undefined;
  plan: PlanView;
  send: (action: BulkAction, reason: string | null, now: boolean) => Promise<string | null>;
  onClose: () => void;
}) {
  const { asking, plan, send } = props;
  const prospect = asking === null ? undefined : props.prospectOf(asking);
  const question = asking && prospect ? bulkQuestion(asking, prospect, plan) : null;
  return (
    <ConfirmDialog
      confirmation={
        asking && question && { ...question, onConfirm: (reason, atOnce) => send(asking, reason, atOnce) }
      }
      onClose={props.onClose}
    />
  );
}
