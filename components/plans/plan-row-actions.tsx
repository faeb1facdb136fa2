'use client';

import { notifications } from '@mantine/notifications';
import { Ellipsis } from 'lucide-react';
import { type ComponentType, useState } from 'react';
import { ACTIONS } from '@/components/actions/action-table';
import { useActionWords } from '@/components/actions/action-words';
import { pauseQuestion } from '@/components/actions/pause-question';
import { errorText, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { planRefusal } from '@/components/live/situation';
import { useAskRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog } from '@/components/ui/confirm';
import { type PlanItem, toFigures } from './plan-item';
import type { PlanMenu } from './plan-menu';
import classes from './plans.module.css';

/** The brake of a plan under way, and the way to what is graver, which is asked where all its figures are. */
export function PlanRowActions({ plan }: { plan: PlanItem }) {
  const words = useActionWords();
  const { t } = words;
  const client = useTRPCClient();
  const mayNot = useAskRefusal();
  const [asking, setAsking] = useState(false);
  const [Menu, setMenu] = useState<ComponentType<Parameters<typeof PlanMenu>[0]> | null>(null);
  const { planId } = plan;
  const kind = plan.intent === 'pause' || plan.halted !== null ? 'resume' : 'pause';
  const { Icon } = ACTIONS[kind];

  async function send(reason: string | null): Promise<string | null> {
    try {
      await client.plans[kind].mutate({ planId, reason, requestId: newRequestId() });
      notifications.show({ message: t(`planSent.${kind}`, { plan: planId }) });
      return null;
    } catch (error) {
      const told = errorText(error);
      notifications.show({ color: 'red', title: t('refused'), message: told });
      return told;
    }
  }

  function press() {
    if (kind === 'resume') void send(null);
    else setAsking(true);
  }

  const more = (
    <ActionButton
      size="compact-sm"
      variant="default"
      refusal={null}
      aria-label={t('more', { plan: planId })}
      aria-haspopup="menu"
      onClick={async () => {
        const { PlanMenu: loaded } = await import('./plan-menu');
        setMenu(() => loaded);
      }}
    >
      <Ellipsis size={16} aria-hidden="true" />
    </ActionButton>
  );
  return (
    <div className={classes.actions}>
      <ActionButton
        size="compact-sm"
        variant="default"
        refusal={mayNot ?? planRefusal(plan, toFigures(plan), kind)}
        aria-label={`${t(`plan.${kind}`)} ${planId}`}
        onClick={press}
      >
        <Icon size={16} aria-hidden="true" />
      </ActionButton>
      {Menu ? <Menu planId={planId} refusal={mayNot} /> : more}
      <ConfirmDialog
        confirmation={asking ? { ...pauseQuestion(plan, plan.byStatus, null, words), onConfirm: send } : null}
        onClose={() => setAsking(false)}
      />
    </div>
  );
}
