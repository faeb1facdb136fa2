'use client';

import { useState } from 'react';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { useAskRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog } from '@/components/ui/confirm';
import type { Confirmation } from '@/components/ui/confirmation';

/** The one brake for everything, and its release. */
export function StopControl({ stopped, active }: { stopped: boolean; active: number }) {
  const trpc = useTRPC();
  const [asking, setAsking] = useState(false);
  const { stop, resume } = trpc.executor;
  const command = useChange((stopped ? resume : stop).mutationOptions(), [trpc.executor.pathFilter()]);
  const refusal = useAskRefusal();
  const running = `${active} running ${active === 1 ? 'task goes' : 'tasks go'} on to ${active === 1 ? 'its' : 'their'} end`;
  const confirmation: Confirmation = {
    ...(stopped
      ? {
          action: 'Lift the stop',
          body: 'Every plan takes in tasks again at once, up to its own concurrency. Plans that were paused or halted stay so.',
          destructive: false,
          wayOut: 'keepAsIs' as const,
        }
      : {
          action: 'Stop all admission',
          body: `Nothing new starts, in any plan: no task, no retry, no rollback. ${running}; to stop them as well, pause their plans. Lift the stop here.`,
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
        {stopped ? 'Lift the stop…' : 'Stop all admission…'}
      </ActionButton>
      <ConfirmDialog confirmation={asking ? confirmation : null} onClose={() => setAsking(false)} />
    </>
  );
}
