'use client';

import { Group } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX, RotateCw } from 'lucide-react';
import Link from 'next/link';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { Dialog } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';
import { useWebhookWords } from './webhook-words';

type Delivery = Outputs['notifications']['deliveries']['items'][number];

const LIMIT = 100;
/** What is still tried changes by itself. */
const LOOK_MILLIS = 5000;

/** What was sent to a webhook, and what came of it. */
export function DeliveriesDialog(props: {
  webhook: { webhookId: string; name: string };
  onClose: () => void;
}) {
  const { webhookId, name } = props.webhook;
  const t = useTranslations('settings.webhooks.deliveries');
  const trpc = useTRPC();
  const log = useInfiniteQuery(
    trpc.notifications.deliveries.infiniteQueryOptions(
      { webhookId, limit: LIMIT },
      { staleTime: 0, refetchInterval: LOOK_MILLIS, getNextPageParam: nextOf },
    ),
  );
  const listed = useListed(log, (delivery) => delivery.deliveryId);
  const columns = useDeliveryColumns();
  return (
    <Dialog onClose={props.onClose} size="xl" title={t('title', { name })}>
      {log.isError ? (
        <Problem title={t('unread')}>{errorText(log.error)}</Problem>
      ) : (
        <DataTable
          name="deliveries"
          label={t('title', { name })}
          columns={columns}
          rows={listed.items}
          keyOf={({ deliveryId }) => deliveryId}
          pending={log.isPending}
          empty={t('none')}
          maxHeight="60dvh"
          more={{ list: listed, what: t('what') }}
        />
      )}
    </Dialog>
  );
}

function useDeliveryColumns(): readonly Column<Delivery>[] {
  const t = useTranslations('settings.webhooks.deliveries');
  const words = useWebhookWords();
  return useMemo((): Column<Delivery>[] => {
    const last = ({ results }: Delivery): string | null => {
      const answer = results.at(-1);
      return answer ? words.answer(answer) : null;
    };
    return [
      {
        id: 'topic',
        name: t('topic'),
        fixed: true,
        value: ({ topic, planId }) => `${words.topic(topic)} ${planId}`,
        cell: ({ topic, planId, count, payload }) => (
          <>
            <b>{words.topic(topic)}</b>
            <div>
              {count > 1 && <>{t('events', { count })} · </>}
              {plansIn(payload) > 1 ? (
                <Link href="/plans">{t('plans', { count: plansIn(payload) })}</Link>
              ) : (
                <Link href={`/plans/${planId}`}>{planId}</Link>
              )}
            </div>
          </>
        ),
      },
      {
        id: 'time',
        name: t('time'),
        value: ({ createdAt }) => new Date(createdAt),
        cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
      },
      {
        id: 'outcome',
        name: t('outcome'),
        cell: (delivery) => <Outcome delivery={delivery} />,
      },
      {
        id: 'attempts',
        name: t('attempts'),
        track: '70px',
        value: ({ attempts }) => attempts,
        cell: ({ attempts }) => attempts,
      },
      {
        id: 'last',
        name: t('last'),
        track: 'minmax(0, 1.6fr)',
        value: last,
        cell: (delivery) => last(delivery) ?? '–',
      },
    ];
  }, [t, words]);
}

/** Of how many plans a message tells. */
function plansIn({ plans, others }: Delivery['payload']): number {
  return (Array.isArray(plans) ? plans.length : 1) + (typeof others === 'number' ? others : 0);
}

const OUTCOMES = {
  delivered: { Icon: CircleCheck, tone: 'teal' },
  gaveUp: { Icon: CircleX, tone: 'vermilion' },
  open: { Icon: RotateCw, tone: 'blue' },
} as const;

function Outcome({ delivery }: { delivery: Delivery }) {
  const t = useTranslations('settings.webhooks.states');
  const outcome = delivery.deliveredAt ? 'delivered' : delivery.gaveUpAt ? 'gaveUp' : 'open';
  const { Icon, tone } = OUTCOMES[outcome];
  return (
    <Group gap={6} wrap="nowrap" c={`var(--sy-${tone}-text)`} fw={560}>
      <Icon size={16} aria-hidden="true" />
      {t(outcome)}
    </Group>
  );
}
