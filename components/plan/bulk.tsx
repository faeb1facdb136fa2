'use client';

import { notifications } from '@mantine/notifications';
import dynamic from 'next/dynamic';
import { parseAsString, useQueryState } from 'nuqs';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { usePlanStore } from '@/components/live/use-live-plan';
import { nothing } from '@/components/ui/nothing';
import { type BulkAsking, BulkContext, type BulkPress } from './bulk-press';
import { prospectOf } from './bulk-prospect';
import { bulkFriction } from './bulk-question';
import { PlanKeys } from './plan-keys';

const BulkProgress = dynamic(
  () => import('@/components/actions/bulk-progress').then((module) => module.BulkProgress),
  {
    loading: nothing,
  },
);
const BulkDialog = dynamic(() => import('./bulk-dialog').then((module) => module.BulkDialog), {
  loading: nothing,
});

/** Asks and sends bulk actions of a plan, as one request each, and shows how the last one goes; the address keeps which. */
export function BulkProvider({ planId, children }: { planId: string; children: ReactNode }) {
  const client = useTRPCClient();
  const store = usePlanStore();
  const t = useTranslations('actions');
  const [bulkId, setBulkId] = useQueryState('bulk', parseAsString);
  const [asking, setAsking] = useState<BulkAsking | null>(null);
  const asked = useRef(false);
  asked.current ||= asking !== null;

  const send = useCallback(
    async ({ action, subject }: BulkAsking, reason: string | null, now: boolean): Promise<string | null> => {
      try {
        const resolution = action === 'resolve' ? { resolution: 'resend' as const } : {};
        const bulk = { planId, action, reason, now, filter: subject.filter(), ...resolution };
        const started = await client.tasks.bulk.mutate({ ...bulk, requestId: newRequestId() });
        subject.onSent?.();
        await setBulkId(started.bulkId);
        return null;
      } catch (error) {
        const told = errorText(error);
        notifications.show({ color: 'red', title: t('refused'), message: told });
        return told;
      }
    },
    [client, planId, setBulkId, t],
  );

  const press = useCallback<BulkPress>(
    (action, subject) => {
      const prospect = prospectOf(action, subject.tasks(), store.plan());
      if (bulkFriction(action, prospect) === 'none') void send({ action, subject }, null, false);
      else setAsking({ action, subject });
    },
    [store, send],
  );

  const dialog = useMemo(
    () => ({
      send: (reason: string | null, now: boolean) =>
        asking ? send(asking, reason, now) : Promise.resolve(null),
      close: () => setAsking(null),
    }),
    [asking, send],
  );
  return (
    <BulkContext value={press}>
      {bulkId !== null && <BulkProgress key={bulkId} bulkId={bulkId} onClose={() => void setBulkId(null)} />}
      {children}
      <PlanKeys />
      {asked.current && <BulkDialog asking={asking} send={dialog.send} onClose={dialog.close} />}
    </BulkContext>
  );
}
