'use client';

import { Badge } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Column } from '@/components/table/columns';
import { NameAndMore } from '@/components/table/name-and-more';
import { RowActions } from '@/components/table/row-actions';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import type { Outputs } from '@/server/api/router';
import { useWebhookWords } from './webhook-words';

type Webhook = Outputs['notifications']['list']['items'][number];

/** As messages are written; what a later build knows has its own name. */
const FORMATS = [
  ...(['json', 'slack', 'teams', 'feishu', 'feishuSigned'] as const),
  ...(['dingtalk', 'dingtalkSigned', 'plain', 'own'] as const),
];

/** The dialog that is open, and of which webhook. */
export type Open = { dialog: 'create' } | { dialog: 'edit' | 'log' | 'remove'; webhook: Webhook };

export function useWebhookColumns(
  onOpen: (open: Open) => void,
  onTest: (webhookId: string) => Promise<void>,
): readonly Column<Webhook>[] {
  const t = useTranslations('settings.webhooks');
  const words = useTranslations('settings');
  const { topic } = useWebhookWords();
  return useMemo((): Column<Webhook>[] => {
    const topics = (webhook: Webhook) => webhook.topics.map(topic).join(', ');
    const formatted = ({ kind, format }: Webhook) => {
      const known = FORMATS.find((one) => one === format);
      return kind === 'email' ? t('kinds.email') : known ? t(`formats.${known}`) : format;
    };
    return [
      {
        id: 'webhook',
        name: t('webhook'),
        fixed: true,
        value: ({ name }) => name,
        cell: ({ name, url, recipients, enabled }) => (
          <NameAndMore
            name={
              <>
                {name}{' '}
                {!enabled && (
                  <Badge variant="default" ml={4}>
                    {t('off')}
                  </Badge>
                )}
              </>
            }
            more={recipients.length > 0 ? recipients.join(', ') : hostOf(url)}
          />
        ),
      },
      { id: 'topics', name: t('topics'), track: 'minmax(0, 1.3fr)', value: topics, cell: topics },
      {
        id: 'format',
        name: t('format'),
        track: 'minmax(0, 0.7fr)',
        value: formatted,
        cell: formatted,
      },
      {
        id: 'last',
        name: t('last'),
        track: 'minmax(0, 0.8fr)',
        value: ({ lastDelivery }) => (lastDelivery ? new Date(lastDelivery.at) : null),
        cell: ({ lastDelivery }) =>
          lastDelivery ? (
            <>
              {t(`states.${lastDelivery.state}`)}
              <div>
                <RelativeTime at={lastDelivery.at} />
              </div>
            </>
          ) : (
            t('noneYet')
          ),
      },
      {
        id: 'actions',
        name: '',
        fixed: true,
        track: 'minmax(170px, max-content)',
        cell: (webhook) => {
          const { webhookId, name } = webhook;
          return (
            <RowActions>
              <RowAction word={t('test')} of={t('testTo', { name })} onClick={() => void onTest(webhookId)} />
              <RowAction word={t('log')} of={name} onClick={() => onOpen({ dialog: 'log', webhook })} />
              <RowAction word={t('edit')} of={name} onClick={() => onOpen({ dialog: 'edit', webhook })} />
              <RowAction
                word={words('remove')}
                of={name}
                onClick={() => onOpen({ dialog: 'remove', webhook })}
              />
            </RowActions>
          );
        },
      },
    ];
  }, [t, words, topic, onOpen, onTest]);
}

/** The rest of the address may be a secret, as those of chat systems are. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
