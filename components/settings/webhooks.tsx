'use client';

import { Badge, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { refusalOf, useChange } from '@/components/api/change';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import type { Outputs } from '@/server/api/router';
import { answerText, FORMAT_WORDS, topicName } from './webhook-words';

const WebhookDialog = dynamic(() => import('./webhook-dialog').then((module) => module.WebhookDialog));
const DeliveriesDialog = dynamic(() =>
  import('./deliveries-dialog').then((module) => module.DeliveriesDialog),
);

type Webhook = Outputs['notifications']['list']['items'][number];
const LOOK_MILLIS = 10_000;

type Open = { dialog: 'create' } | { dialog: 'edit' | 'log' | 'remove'; webhook: Webhook };

/** Who is told of what happens to plans, and whether it arrived. */
export function Webhooks() {
  const trpc = useTRPC();
  const refusal = useRoleRefusal('admin');
  const list = useInfiniteQuery(
    trpc.notifications.list.infiniteQueryOptions(
      {},
      {
        enabled: refusal === null,
        // No news tell of deliveries.
        refetchInterval: LOOK_MILLIS,
        getNextPageParam: nextOf,
      },
    ),
  );
  const listed = useListed(list, (webhook) => webhook.webhookId);
  const remove = useChange(trpc.notifications.remove.mutationOptions(), [trpc.notifications.pathFilter()]);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const asking = open?.dialog === 'remove' ? open.webhook : null;
  const confirmation =
    asking &&
    removal(
      `Remove ${asking.name}`,
      `${hostOf(asking.url)} is told nothing from now on, and the delivery log goes with it. It cannot be undone; a new webhook has another secret.`,
      () => refusalOf(remove.mutateAsync({ webhookId: asking.webhookId })),
    );
  return (
    <>
      <Section
        title="Notifications"
        about="Webhooks that are told when a plan finishes or halts, a tenant fails or an approval is needed. What cannot be delivered is tried again for about five hours."
        action={
          <ActionButton
            variant="default"
            size="xs"
            refusal={refusal}
            onClick={() => setOpen({ dialog: 'create' })}
          >
            Create webhook…
          </ActionButton>
        }
        state={refusal ? undefined : list}
        empty={
          refusal
            ? 'Only administrators see the webhooks.'
            : listed.items.length === 0 && 'No webhooks yet: nobody is told.'
        }
        more={{ list: listed, what: 'webhooks' }}
        head={['Webhook', 'Topics', 'Format', 'Last delivery', '']}
      >
        {listed.items.map((webhook) => (
          <Row key={webhook.webhookId} webhook={webhook} onOpen={(dialog) => setOpen({ dialog, webhook })} />
        ))}
      </Section>
      {(open?.dialog === 'create' || open?.dialog === 'edit') && (
        <WebhookDialog webhook={open.dialog === 'edit' ? open.webhook : null} onClose={close} />
      )}
      {open?.dialog === 'log' && <DeliveriesDialog webhook={open.webhook} onClose={close} />}
      <ConfirmDialog confirmation={confirmation} onClose={close} />
    </>
  );
}

function Row(props: { webhook: Webhook; onOpen: (dialog: 'edit' | 'log' | 'remove') => void }) {
  const { webhook, onOpen } = props;
  const { webhookId, name } = webhook;
  const trpc = useTRPC();
  const test = useMutation(trpc.notifications.test.mutationOptions());
  return (
    <>
      <Table.Tr>
        <Table.Td>
          <Text fw={600}>
            {name}{' '}
            {!webhook.enabled && (
              <Badge variant="default" ml={4}>
                Off
              </Badge>
            )}
          </Text>
          <Text size="sm" c="dimmed">
            {hostOf(webhook.url)}
          </Text>
        </Table.Td>
        <Table.Td>{webhook.topics.map(topicName).join(', ')}</Table.Td>
        <Table.Td>{FORMAT_WORDS[webhook.format]}</Table.Td>
        <Table.Td>
          <LastDelivery last={webhook.lastDelivery} />
        </Table.Td>
        <Table.Td ta="right">
          <div style={{ display: 'flex', flexWrap: 'wrap', gap: 6, justifyContent: 'flex-end' }}>
            <RowAction
              word="Send a test"
              of={`to ${name}`}
              loading={test.isPending}
              onClick={() => test.mutate({ webhookId })}
            />
            <RowAction word="Log" of={name} onClick={() => onOpen('log')} />
            <RowAction word="Edit…" of={name} onClick={() => onOpen('edit')} />
            <RowAction word="Remove…" of={name} onClick={() => onOpen('remove')} />
          </div>
        </Table.Td>
      </Table.Tr>
      {(webhook.warning || test.data || test.error) && (
        <Table.Tr>
          <Table.Td colSpan={5}>
            {/* Stays in view while the table is scrolled sideways on a narrow screen. */}
            <Stack gap="xs" pos="sticky" left={16} maw="calc(100vw - 64px)">
              {webhook.warning && (
                <Problem kind="warning" title="Nothing will arrive there">
                  {webhook.warning}
                </Problem>
              )}
              {test.error && <Problem title="No test was sent">{errorText(test.error)}</Problem>}
              {test.data && !test.isPending && (
                <Problem
                  kind={test.data.ok ? 'info' : 'error'}
                  title={test.data.ok ? 'The test arrived' : 'The test did not arrive'}
                >
                  {answerText(test.data)}
                </Problem>
              )}
            </Stack>
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

const STATES = { delivered: 'Delivered', open: 'Being tried', gaveUp: 'Gave up' } as const;

function LastDelivery({ last }: { last: Webhook['lastDelivery'] }) {
  if (!last) return <Text c="dimmed">None yet</Text>;
  return (
    <>
      {STATES[last.state]}
      <Text size="sm" c="dimmed">
        <RelativeTime at={last.at} />
      </Text>
    </>
  );
}

/** The rest of the address may be a secret, as those of chat systems are. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
