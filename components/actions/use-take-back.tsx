'use client';

import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { errorText, useTRPC, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { tenants } from '@/components/ui/tenant-count';
import type { Outputs } from '@/server/api/router';

/** Long enough to look at what came of it; later the audit log offers the same. */
const OFFERED_MILLIS = 60_000;
/** Of those left out as many are named. */
const MOST_NAMED = 3;

/** Takes an import back and tells what came of it. */
export function useTakeBack() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  return useCallback(
    async (importId: string): Promise<void> => {
      try {
        const answer = await client.tenants.undoImport.mutate({ importId, requestId: newRequestId() });
        notifications.show({
          autoClose: OFFERED_MILLIS,
          title: 'Import taken back',
          message: outcome(answer),
        });
      } catch (error) {
        notifications.show({ color: 'red', title: 'Refused', message: errorText(error) });
      }
      await Promise.all([
        queries.invalidateQueries(trpc.tenants.pathFilter()),
        queries.invalidateQueries(trpc.audit.pathFilter()),
      ]);
    },
    [client, queries, trpc],
  );
}

function outcome({ restored, removed, leftOut, leftOutTotal }: Outputs['tenants']['undoImport']): string {
  const done = `${tenants(restored)} as before, ${removed.toLocaleString('en')} removed.`;
  if (leftOutTotal === 0) return done;
  const named = leftOut.slice(0, MOST_NAMED).map(({ tenantId, reason }) => `${tenantId} (${reason})`);
  const more = leftOutTotal > named.length ? ` and ${leftOutTotal - named.length} more` : '';
  return `${done} ${tenants(leftOutTotal)} left as they are: ${named.join(', ')}${more}.`;
}

/** Says that an import was done, with the way back. */
export function offerTakeBack(
  { importId, imported, totals }: Outputs['tenants']['import'],
  takeBack: (importId: string) => Promise<void>,
): void {
  const said = `${tenants(imported)} imported: ${totals.created.toLocaleString('en')} created, ${totals.changed.toLocaleString('en')} changed.`;
  if (!importId) {
    notifications.show({ message: said });
    return;
  }
  const toast = `import-${importId}`;
  const undo = () => {
    notifications.hide(toast);
    void takeBack(importId);
  };
  notifications.show({
    id: toast,
    autoClose: OFFERED_MILLIS,
    message: (
      <Group gap="sm" justify="space-between" wrap="nowrap">
        <Text size="sm">{said}</Text>
        <Button size="compact-sm" variant="default" flex="none" onClick={undo}>
          Take back
        </Button>
      </Group>
    ),
  });
}
