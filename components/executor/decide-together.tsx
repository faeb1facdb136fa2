'use client';

import { Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import Link from 'next/link';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { questionBase } from '@/components/actions/action-table';
import { useActionWords } from '@/components/actions/action-words';
import { BulkButton } from '@/components/actions/bulk-button';
import { BulkProgress } from '@/components/actions/bulk-progress';
import { useAsk } from '@/components/actions/task-actions';
import { errorText, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { useAskRefusal } from '@/components/session/role';
import classes from './executor.module.css';

/** Approves or rejects every tenant of a plan that waits for it, as one request, and tells how it went for each. */
export function DecideTogether(props: { planId: string; planName: string; count: number }) {
  const { planId, planName, count } = props;
  const t = useTranslations('executor.decisions');
  const client = useTRPCClient();
  const words = useActionWords();
  const ask = useAsk();
  const mayNot = useAskRefusal();
  const [bulkId, setBulkId] = useState<string | null>(null);

  async function send(action: 'approve' | 'reject', reason: string | null): Promise<string | null> {
    try {
      const filter = { status: ['PAUSED' as const], heldBy: 'approval' as const };
      const bulk = { planId, action, reason, filter, requestId: newRequestId() };
      setBulkId((await client.tasks.bulk.mutate(bulk)).bulkId);
      return null;
    } catch (error) {
      const told = errorText(error);
      notifications.show({ color: 'red', title: t('refused'), message: told });
      return told;
    }
  }

  const press = (action: 'approve' | 'reject') =>
    ask({
      ...questionBase(action),
      friction: action === 'reject' ? 'reason' : 'dialog',
      action: words.t(`many.${action}`, { count }),
      figures: String(count),
      body: [t(`together.${action}`), ...(action === 'reject' ? [words.t('manyBody.noWayBack')] : [])],
      onConfirm: (reason) => send(action, reason),
    });

  return (
    <>
      <div className={classes.together}>
        <Text size="sm">
          <Link href={`/plans/${planId}`}>{planId}</Link> · {planName} · {t('together.count', { count })}
        </Text>
        <Group gap={6}>
          {(['approve', 'reject'] as const).map((action) => (
            <BulkButton key={action} name={action} refusal={mayNot} onClick={() => press(action)}>
              {t(`together.${action}Verb`, { count })}
            </BulkButton>
          ))}
        </Group>
      </div>
      {bulkId !== null && <BulkProgress key={bulkId} bulkId={bulkId} onClose={() => setBulkId(null)} />}
    </>
  );
}
