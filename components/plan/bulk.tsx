'use client';

import { notifications } from '@mantine/notifications';
import dynamic from 'next/dynamic';
import { parseAsString, useQueryState } from 'nuqs';
import { createContext, type ReactNode, useCallback, useContext } from 'react';
import { errorText, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { nothing } from '@/components/ui/nothing';
import type { Inputs } from '@/server/api/router';

const BulkProgress = dynamic(() => import('./bulk-progress').then((module) => module.BulkProgress), {
  loading: nothing,
});

type BulkFilter = NonNullable<Inputs['tasks']['bulk']['filter']>;
type StartBulk = (
  bulk: Pick<Inputs['tasks']['bulk'], 'action' | 'reason' | 'now' | 'resolution'> & { filter: BulkFilter },
) => Promise<string | null>;

const Context = createContext<StartBulk>(async () => null);

/** Sends bulk actions of a plan as one request each and shows how the last one goes; the address keeps which. */
export function BulkProvider({ planId, children }: { planId: string; children: ReactNode }) {
  const client = useTRPCClient();
  const [bulkId, setBulkId] = useQueryState('bulk', parseAsString);
  const start = useCallback<StartBulk>(
    async (bulk) => {
      try {
        const started = await client.tasks.bulk.mutate({ ...bulk, planId, requestId: newRequestId() });
        await setBulkId(started.bulkId);
        return null;
      } catch (error) {
        const words = errorText(error);
        notifications.show({ color: 'red', title: 'Refused', message: words });
        return words;
      }
    },
    [client, planId, setBulkId],
  );
  return (
    <Context value={start}>
      {bulkId !== null && <BulkProgress key={bulkId} bulkId={bulkId} onClose={() => void setBulkId(null)} />}
      {children}
    </Context>
  );
}

/** Resolves to null, or to the reason it was refused. */
export const useStartBulk = (): StartBulk => useContext(Context);
