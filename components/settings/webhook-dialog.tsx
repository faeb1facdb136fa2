'use client';

import { Checkbox, NativeSelect, Stack, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { useFields } from '@/components/form/use-fields';
import type { Outputs } from '@/server/api/router';
import { TOPICS } from '@/server/notifications/topics';
import { FORMAT_WORDS, TOPIC_WORDS } from './webhook-words';

type Webhook = Outputs['notifications']['list']['items'][number];

/** Makes a webhook and shows its secret this once, or changes one. */
export function WebhookDialog({ webhook, onClose }: { webhook: Webhook | null; onClose: () => void }) {
  const trpc = useTRPC();
  const [secret, setSecret] = useState<string | null>(null);
  const changed = [trpc.notifications.pathFilter()];
  const create = useChange(trpc.notifications.create.mutationOptions(), changed, (made) =>
    setSecret(made.secret),
  );
  const update = useChange(trpc.notifications.update.mutationOptions(), changed, onClose);
  const sending = webhook ? update : create;
  const form = useFields(
    {
      name: webhook?.name ?? '',
      url: webhook?.url ?? '',
      topics: webhook?.topics ?? ([...TOPICS] as string[]),
      format: webhook?.format ?? 'json',
      enabled: webhook?.enabled ?? true,
    },
    sending.error,
  );
  const { values } = form;
  const enabled = form.of('enabled');
  function submit() {
    const topics = TOPICS.filter((topic) => values.topics.includes(topic));
    const written = { ...values, url: values.url.trim(), topics };
    if (webhook) update.mutate({ webhookId: webhook.webhookId, ...written });
    else create.mutate(written);
  }
  return (
    <FormDialog
      title={webhook ? `Edit ${webhook.name}` : 'Create a webhook'}
      onClose={onClose}
      onSubmit={submit}
      submit={webhook ? 'Save webhook' : 'Create webhook'}
      sending={sending}
      shown={form.shown}
      refused={webhook ? 'Nothing was changed' : 'No webhook was created'}
      once={
        secret === null
          ? null
          : {
              label: 'Signing secret',
              value: secret,
              about: 'The receiver checks the signature of every request with this secret.',
            }
      }
    >
      <TextInput
        label="Name"
        description="Who is told, such as On call"
        {...form.text('name')}
        maxLength={80}
        data-autofocus
      />
      <TextInput
        label="URL"
        type="url"
        {...form.text('url')}
        placeholder="https://"
        autoComplete="off"
        spellCheck={false}
      />
      <NativeSelect
        label="Format"
        description={
          values.format === 'json'
            ? 'All the facts, for programs'
            : 'A text for Slack, and for what understands its messages'
        }
        {...form.text('format')}
        data={Object.entries(FORMAT_WORDS).map(([value, label]) => ({ value, label }))}
      />
      <Checkbox.Group label="Is told of" {...form.of('topics')}>
        <Stack gap="xs" mt={6} mb={4}>
          {TOPICS.map((topic) => (
            <Checkbox
              key={topic}
              value={topic}
              label={TOPIC_WORDS[topic].name}
              description={TOPIC_WORDS[topic].about}
              iconColor="var(--mantine-primary-color-contrast)"
            />
          ))}
        </Stack>
      </Checkbox.Group>
      <Switch
        label="On"
        description="While it is off, what happens is not sent later either"
        checked={enabled.value}
        error={enabled.error}
        onChange={(event) => enabled.onChange(event.currentTarget.checked)}
      />
    </FormDialog>
  );
}
