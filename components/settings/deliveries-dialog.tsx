'use client';

import { Group, Skeleton, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX, RotateCw } from 'lucide-react';
import Link from 'next/link';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { Dialog } from '@/components/ui/dialog';
import { Grid } from '@/components/ui/grid';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import { ShowMore } from '@/components/ui/show-more';
import type { Outputs } from '@/server/api/router';
import { answerText, topicName } from './webhook-words';

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
  const trpc = useTRPC();
  const log = useInfiniteQuery(
    trpc.notifications.deliveries.infiniteQueryOptions(
      { webhookId, limit: LIMIT },
      { staleTime: 0, refetchInterval: LOOK_MILLIS, getNextPageParam: nextOf },
    ),
  );
  const listed = useListed(log, (delivery) => delivery.deliveryId);
  return (
    <Dialog onClose={props.onClose} size="xl" title={`Deliveries to ${name}`}>
      {log.isError && <Problem title="The log could not be read">{errorText(log.error)}</Problem>}
      {log.isPending && <Skeleton height={120} radius="md" />}
      {log.isSuccess && listed.items.length === 0 && (
        <Text c="dimmed">Nothing has been sent yet. Tests are not in this log.</Text>
      )}
      {listed.items.length > 0 && (
        <>
          <Grid
            minWidth={600}
            head={['Time', 'Topic', 'Outcome', { name: 'Attempts', right: true }, 'Last answer']}
          >
            {listed.items.map((delivery) => (
              <Table.Tr key={delivery.deliveryId}>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>
                  <RelativeTime at={delivery.createdAt} />
                </Table.Td>
                <Table.Td>
                  {topicName(delivery.topic)}
                  <Text size="sm">
                    <Link href={`/plans/${delivery.planId}`}>{delivery.planId}</Link>
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Outcome delivery={delivery} />
                </Table.Td>
                <Table.Td ta="right">{delivery.attempts}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{lastAnswer(delivery)}</Table.Td>
              </Table.Tr>
            ))}
          </Grid>
          <ShowMore list={listed} what="deliveries" />
        </>
      )}
    </Dialog>
  );
}

const OUTCOMES = {
  delivered: { Icon: CircleCheck, tone: 'teal', word: 'Delivered' },
  gaveUp: { Icon: CircleX, tone: 'vermilion', word: 'Gave up' },
  open: { Icon: RotateCw, tone: 'blue', word: 'Being tried' },
} as const;

function Outcome({ delivery }: { delivery: Delivery }) {
  const { Icon, tone, word } =
    OUTCOMES[delivery.deliveredAt ? 'delivered' : delivery.gaveUpAt ? 'gaveUp' : 'open'];
  return (
    <Group gap={6} wrap="nowrap" c={`var(--sy-${tone}-text)`} fw={560} style={{ whiteSpace: 'nowrap' }}>
      <Icon size={16} aria-hidden="true" />
      {word}
    </Group>
  );
}

function lastAnswer({ results }: Delivery): string {
  const last = results.at(-1);
  return last ? answerText(last) : 'None yet';
}
