'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useCallback, useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC, useTRPCClient } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import { DataTable } from '@/components/table/data-table';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { hostOf, type Open, useWebhookColumns } from './webhook-columns';
import { type Test, WebhookState } from './webhook-state';

const WebhookDialog = dynamic(() => import('./webhook-dialog').then((module) => module.WebhookDialog));
const DeliveriesDialog = dynamic(() =>
  import('./deliveries-dialog').then((module) => module.DeliveriesDialog),
);

/** No news tell of deliveries. */
const LOOK_MILLIS = 10_000;

/** Who is told of what happens to plans, and whether it arrived. */
export function Webhooks() {
  const t = useTranslations('settings.webhooks');
  const words = useTranslations('settings');
  const trpc = useTRPC();
  const refusal = useRoleRefusal('admin');
  const list = useInfiniteQuery(
    trpc.notifications.list.infiniteQueryOptions(
      {},
      { enabled: refusal === null, refetchInterval: LOOK_MILLIS, getNextPageParam: nextOf },
    ),
  );
  const listed = useListed(list, (webhook) => webhook.webhookId);
  const remove = useChange(trpc.notifications.remove.mutationOptions(), [trpc.notifications.pathFilter()]);
  const [open, setOpen] = useState<Open | null>(null);
  const [tests, test] = useTests();
  const close = () => setOpen(null);
  const asking = open?.dialog === 'remove' ? open.webhook : null;
  const confirmation =
    asking &&
    removal(
      words('removeIt', { name: asking.name }),
      t(asking.kind === 'email' ? 'removeEmail' : 'removeBody', { host: hostOf(asking.url) }),
      () => refusalOf(remove.mutateAsync({ webhookId: asking.webhookId })),
    );
  const columns = useWebhookColumns(setOpen, test);
  return (
    <>
      <Section
        title={t('title')}
        about={t('about')}
        action={
          <ActionButton
            variant="default"
            size="xs"
            refusal={refusal}
            onClick={() => setOpen({ dialog: 'create' })}
          >
            {t('create')}
          </ActionButton>
        }
        error={list.error}
      >
        <DataTable
          name="webhooks"
          label={t('title')}
          columns={columns}
          rows={listed.items}
          keyOf={({ webhookId }) => webhookId}
          pending={refusal === null && list.isPending}
          empty={t(refusal ? 'adminsOnly' : 'none')}
          below={(webhook) => {
            const tested = tests[webhook.webhookId];
            return (webhook.warning || tested) && <WebhookState warning={webhook.warning} test={tested} />;
          }}
          more={{ list: listed, what: t('what') }}
        />
      </Section>
      {(open?.dialog === 'create' || open?.dialog === 'edit') && (
        <WebhookDialog webhook={open.dialog === 'edit' ? open.webhook : null} onClose={close} />
      )}
      {open?.dialog === 'log' && <DeliveriesDialog webhook={open.webhook} onClose={close} />}
      <ConfirmDialog confirmation={confirmation} onClose={close} />
    </>
  );
}

/** What came of the tests that were sent from here. */
function useTests() {
  const client = useTRPCClient();
  const [tests, setTests] = useState<Readonly<Record<string, Test>>>({});
  const test = useCallback(
    async (webhookId: string) => {
      const now = (state: Test) => setTests((before) => ({ ...before, [webhookId]: state }));
      now({ kind: 'pending' });
      try {
        now({ kind: 'answered', answer: await client.notifications.test.mutate({ webhookId }) });
      } catch (error) {
        now({ kind: 'failed', error });
      }
    },
    [client],
  );
  return [tests, test] as const;
}
