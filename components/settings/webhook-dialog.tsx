'use client';

import {
  Button,
  Checkbox,
  CopyButton,
  Group,
  Modal,
  NativeSelect,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { errorAt, fieldMessage, fieldOf } from '@/components/form/server-error';
import { Problem } from '@/components/ui/problem';
import type { Outputs } from '@/server/api/router';
import { TOPICS } from '@/server/notifications/topics';
import { FORMAT_WORDS, TOPIC_WORDS } from './webhook-words';

type Webhook = Outputs['notifications']['list']['items'][number];

/** Makes a webhook and shows its secret this once, or changes one. */
export function WebhookDialog(props: { webhook: Webhook | null; onClose: () => void }) {
  const { webhook, onClose } = props;
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Modal
      opened
      onClose={onClose}
      title={webhook ? `Edit ${webhook.name}` : 'Create a webhook'}
      // A slip must not take the only look at the secret away.
      closeOnClickOutside={secret === null}
      closeOnEscape={secret === null}
    >
      {secret ? (
        <NewSecret value={secret} onClose={onClose} />
      ) : (
        <WebhookForm webhook={webhook} onSecret={setSecret} onClose={onClose} />
      )}
    </Modal>
  );
}

function WebhookForm(props: {
  webhook: Webhook | null;
  onSecret: (secret: string) => void;
  onClose: () => void;
}) {
  const { webhook, onSecret, onClose } = props;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [name, setName] = useState(webhook?.name ?? '');
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [topics, setTopics] = useState<string[]>(webhook?.topics ?? [...TOPICS]);
  const [format, setFormat] = useState(webhook?.format ?? 'json');
  const [enabled, setEnabled] = useState(webhook?.enabled ?? true);
  const saved = () => void queries.invalidateQueries(trpc.notifications.pathFilter());
  const create = useMutation(
    trpc.notifications.create.mutationOptions({
      onSuccess: ({ secret }) => {
        saved();
        onSecret(secret);
      },
    }),
  );
  const update = useMutation(
    trpc.notifications.update.mutationOptions({
      onSuccess: () => {
        saved();
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const chosen = TOPICS.filter((topic) => topics.includes(topic));
    const written = { name, url: url.trim(), topics: chosen, format, enabled };
    if (webhook) update.mutate({ webhookId: webhook.webhookId, ...written });
    else create.mutate(written);
  };
  const { error, isPending } = webhook ? update : create;
  const at = (field: string) => errorAt(error, field);
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label="Name"
          description="Who is told, such as On call"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={at('name')}
          maxLength={80}
          data-autofocus
        />
        <TextInput
          label="URL"
          type="url"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={at('url')}
          placeholder="https://"
          autoComplete="off"
          spellCheck={false}
        />
        <NativeSelect
          label="Format"
          description={
            format === 'json'
              ? 'All the facts, for programs'
              : 'A text for Slack, and for what understands its messages'
          }
          value={format}
          onChange={(event) => setFormat(event.currentTarget.value === 'slack' ? 'slack' : 'json')}
          data={Object.entries(FORMAT_WORDS).map(([value, label]) => ({ value, label }))}
        />
        <Checkbox.Group label="Is told of" value={topics} onChange={setTopics} error={at('topics')}>
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
          checked={enabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
        {error && !['name', 'url', 'topics'].some(at) && (
          <Problem title={webhook ? 'Nothing was changed' : 'No webhook was created'}>
            {fieldOf(error) ? fieldMessage(error) : errorText(error)}
          </Problem>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={isPending}>
            {webhook ? 'Save webhook' : 'Create webhook'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function NewSecret({ value, onClose }: { value: string; onClose: () => void }) {
  return (
    <Stack>
      <Text>
        The receiver checks the signature of every request with this secret. Copy it now: it is not shown
        again.
      </Text>
      <TextInput
        label="Signing secret"
        value={value}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <Group justify="flex-end">
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
