'use client';

import { Checkbox, NativeSelect, Stack, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { TOPICS } from '@/domain/view/news';
import type { Outputs } from '@/server/api/router';

type Webhook = Outputs['notifications']['list']['items'][number];
type Sent = { secret: string | null };

/** Makes a webhook and shows its secret this once, or changes one. */
export function WebhookDialog({ webhook, onClose }: { webhook: Webhook | null; onClose: () => void }) {
  const t = useTranslations('settings.webhooks');
  const words = useTranslations('settings');
  const trpc = useTRPC();
  const [secret, setSecret] = useState<string | null>(null);
  const changed = [trpc.notifications.pathFilter()];
  const create = useChange(trpc.notifications.create.mutationOptions(), changed);
  const update = useChange(trpc.notifications.update.mutationOptions(), changed);
  const start = {
    name: webhook?.name ?? '',
    url: webhook?.url ?? '',
    topics: webhook?.topics ?? ([...TOPICS] as string[]),
    format: webhook?.format ?? ('json' as const),
    enabled: webhook?.enabled ?? true,
  };
  async function send(values: typeof start): Promise<Sent> {
    const topics = TOPICS.filter((topic) => values.topics.includes(topic));
    const written = { ...values, url: values.url.trim(), topics };
    if (!webhook) return create.mutateAsync(written);
    // Of the address only where it leads is known here: as it stands it is no new one.
    const { url, ...rest } = written;
    await update.mutateAsync({ webhookId: webhook.webhookId, ...rest, ...(url !== webhook.url && { url }) });
    return { secret: null };
  }
  return (
    <FormDialog<typeof start, Sent>
      title={webhook ? t('dialog.editTitle', { name: webhook.name }) : t('dialog.createTitle')}
      onClose={onClose}
      start={start}
      send={send}
      onSent={(sent) => (sent.secret === null ? onClose() : setSecret(sent.secret))}
      submit={t(webhook ? 'dialog.save' : 'dialog.create')}
      refused={t(webhook ? 'dialog.notChanged' : 'dialog.notCreated')}
      once={
        secret === null ? null : { label: t('dialog.secret'), value: secret, about: t('dialog.secretAbout') }
      }
    >
      {(form) => (
        <>
          <TextInput
            label={words('name')}
            description={t('dialog.nameHint')}
            {...form.getInputProps('name')}
            maxLength={80}
            data-autofocus
          />
          <TextInput
            label="URL"
            type="url"
            {...form.getInputProps('url')}
            placeholder="https://"
            autoComplete="off"
            spellCheck={false}
          />
          <NativeSelect
            label={t('format')}
            description={t(form.values.format === 'json' ? 'dialog.jsonHint' : 'dialog.slackHint')}
            {...form.getInputProps('format')}
            data={(['json', 'slack'] as const).map((value) => ({ value, label: t(`formats.${value}`) }))}
          />
          <Checkbox.Group label={t('dialog.told')} {...form.getInputProps('topics')}>
            <Stack gap="xs" mt={6} mb={4}>
              {TOPICS.map((topic) => (
                <Checkbox
                  key={topic}
                  value={topic}
                  label={t(`topic.${topic}.name`)}
                  description={t(`topic.${topic}.about`)}
                  iconColor="var(--mantine-primary-color-contrast)"
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <Switch
            label={t('dialog.on')}
            description={t('dialog.onHint')}
            {...form.getInputProps('enabled', { type: 'checkbox' })}
          />
        </>
      )}
    </FormDialog>
  );
}
