'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { useAskRefusal, useFleetRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog } from '@/components/ui/confirm';
import type { Confirmation } from '@/components/ui/confirmation';

/** The one brake for everything, and its release. */
export function StopControl({ stopped, active }: { stopped: boolean; active: number }) {
  const t = useTranslations('executor.stop');
  const trpc = useTRPC();
  const [asking, setAsking] = useState(false);
  const { stop, resume } = trpc.executor;
  const command = useChange((stopped ? resume : stop).mutationOptions(), [trpc.executor.pathFilter()]);
  const asked = useAskRefusal();
  const fleet = useFleetRefusal();
  const refusal = asked ?? fleet;
  const confirmation: Confirmation = {
    ...(stopped
      ? {
          action: t('lift'),
          body: t('liftBody'),
          destructive: false,
          wayOut: 'keepAsIs' as const,
        }
      : {
          action: t('stop'),
          body: t('stopBody', { active }),
          destructive: true,
          wayOut: 'keepRunning' as const,
        }),
    friction: 'reason',
    figures: String(stopped),
    onConfirm: (reason) =>
      refusalOf(command.mutateAsync({ reason: reason ?? '', requestId: newRequestId() })),
  };
  return (
    <>
      <ActionButton
        variant={stopped ? 'filled' : 'default'}
        refusal={refusal}
        onClick={() => setAsking(true)}
      >
        {t(stopped ? 'lift' : 'stop')}…
      </ActionButton>
      <ConfirmDialog confirmation={asking ? confirmation : null} onClose={() => setAsking(false)} />
    </>
  );
}
