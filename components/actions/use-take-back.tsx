'use client';

import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { errorText, useTRPC, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { useSay } from '@/components/i18n/said';
import type { Outputs } from '@/server/api/router';

/** Long enough to look at what came of it; later the audit log offers the same. */
const OFFERED_MILLIS = 60_000;
/** Of those left out as many are named. */
const MOST_NAMED = 3;

/** What was changed together, and can be taken back together. */
type Changed = 'import' | 'labels';

/** Takes an import, or an edit of labels, back and tells what came of it. */
export function useTakeBack(changed: Changed): (importId: string) => Promise<void> {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const t = useTranslations('actions.takeBack');
  const outcome = useOutcome();
  return useCallback(
    async (importId: string): Promise<void> => {
      try {
        const answer = await client.tenants.undoImport.mutate({ importId, requestId: newRequestId() });
        notifications.show({ autoClose: OFFERED_MILLIS, title: t(changed), message: outcome(answer) });
      } catch (error) {
        notifications.show({ color: 'red', title: t('refused'), message: errorText(error) });
      }
      await Promise.all([
        queries.invalidateQueries(trpc.tenants.pathFilter()),
        queries.invalidateQueries(trpc.audit.pathFilter()),
      ]);
    },
    [changed, client, outcome, queries, t, trpc],
  );
}

function useOutcome(): (answer: Outputs['tenants']['undoImport']) => string {
  const t = useTranslations('actions.takeBack');
  const format = useFormatter();
  const say = useSay();
  return useCallback(
    ({ restored, removed, leftOut, leftOutTotal }) => {
      const done = t('done', { restored, removed });
      if (leftOutTotal === 0) return done;
      const named = leftOut
        .slice(0, MOST_NAMED)
        .map(({ tenantId, reason }) => t('one', { tenant: tenantId, reason: say(reason) }));
      const more = leftOutTotal - named.length;
      const names = format.list([...named, ...(more > 0 ? [t('more', { count: more })] : [])], {
        type: 'unit',
      });
      return t('leftOut', { done, count: leftOutTotal, names });
    },
    [t, format, say],
  );
}

/** Says that an import was done, with the way back. */
export function useOfferTakeBack(): (imported: Outputs['tenants']['import']) => void {
  const t = useTranslations('actions.takeBack');
  const takeBack = useTakeBack('import');
  return ({ importId, imported, totals }) => {
    const said = t('imported', { count: imported, created: totals.created, changed: totals.changed });
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
            {t('offer')}
          </Button>
        </Group>
      ),
    });
  };
}
