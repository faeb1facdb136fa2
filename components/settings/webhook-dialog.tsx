'use client';

import { Checkbox, Fieldset, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { errorText, useTRPC } from '@/components/api/client';
import { type Form, FormDialog } from '@/components/form/form-dialog';
import { Dialog } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import { TOPICS } from '@/domain/view/news';
import { MessageFields } from './message-fields';
import {
  type Formats,
  formatOf,
  type Notification,
  placeOf,
  recipientsOf,
  startValues,
  toldOf,
  type Values,
} from './notification-form';
import { WhenFields } from './when-fields';

type Sent = { secret: string | null };
type Props = { webhook: Notification | null; onClose: () => void };

/** Makes a notification and shows the secret that was made for it this once, or changes one. */
export function WebhookDialog(props: Props) {
  const t = useTranslations('settings.webhooks.dialog');
  const trpc = useTRPC();
  const formats = useQuery(trpc.notifications.formats.queryOptions());
  if (formats.data) return <Filled {...props} formats={formats.data} />;
  if (!formats.error) return null;
  return (
    <Dialog title={t('createTitle')} onClose={props.onClose}>
      <Problem title={t('notCreated')}>{errorText(formats.error)}</Problem>
    </Dialog>
  );
}

function Filled({ webhook, onClose, formats }: Props & { formats: Formats }) {
  const t = useTranslations('settings.webhooks');
  const trpc = useTRPC();
  const [secret, setSecret] = useState<string | null>(null);
  const changed = [trpc.notifications.pathFilter()];
  const create = useChange(trpc.notifications.create.mutationOptions(), changed);
  const update = useChange(trpc.notifications.update.mutationOptions(), changed);
  async function send(values: Values): Promise<Sent> {
    const { kind } = values;
    const url = values.url.trim();
    const given = values.secret.trim();
    const told = toldOf(values);
    const written = { ...formatOf(values), ...(given && { secret: given }) };
    const recipients = recipientsOf(values);
    if (!webhook)
      return create.mutateAsync({
        kind,
        ...told,
        ...(kind === 'email' ? { recipients } : { url, ...written }),
      });
    // Of the address only where it leads is known here: as it stands it is no new one.
    const to = kind === 'email' ? { recipients } : { ...written, ...(url !== webhook.url && { url }) };
    await update.mutateAsync({ webhookId: webhook.webhookId, ...told, ...to });
    return { secret: null };
  }
  return (
    <FormDialog<Values, Sent>
      title={webhook ? t('dialog.editTitle', { name: webhook.name }) : t('dialog.createTitle')}
      size="lg"
      onClose={onClose}
      start={startValues(webhook, formats)}
      send={send}
      onSent={(sent) => (sent.secret === null ? onClose() : setSecret(sent.secret))}
      submit={t(webhook ? 'dialog.save' : 'dialog.create')}
      refused={t(webhook ? 'dialog.notChanged' : 'dialog.notCreated')}
      place={placeOf}
      once={
        secret === null ? null : { label: t('dialog.secret'), value: secret, about: t('dialog.secretAbout') }
      }
    >
      {(form) => (
        <>
          <WhereFields form={form} isNew={webhook === null} mailFrom={formats.mailFrom} />
          <Fieldset legend={t('parts.what')}>
            <Checkbox.Group aria-label={t('dialog.told')} {...form.getInputProps('topics')}>
              <Stack gap="xs">
                {TOPICS.map((topic) => (
                  <Checkbox
                    key={topic}
                    value={topic}
                    label={t(`topic.${topic}.name`)}
                    description={t(`topic.${topic}.about`)}
                  />
                ))}
              </Stack>
            </Checkbox.Group>
          </Fieldset>
          <WhenFields form={form} />
          <MessageFields form={form} formats={formats} />
        </>
      )}
    </FormDialog>
  );
}

/** Who is told, and by which way. */
function WhereFields(props: { form: Form<Values>; isNew: boolean; mailFrom: string | null }) {
  const { form, isNew, mailFrom } = props;
  const t = useTranslations('settings.webhooks');
  const words = useTranslations('settings');
  const { kind, format } = form.values;
  const signed = format === 'dingtalkSigned' || format === 'feishuSigned';
  return (
    <Fieldset legend={t('parts.where')}>
      <Stack gap="sm">
        {isNew && (
          <SegmentedControl
            aria-label={t('dialog.kind')}
            {...form.getInputProps('kind')}
            data={(['webhook', 'email'] as const).map((value) => ({ value, label: t(`kinds.${value}`) }))}
          />
        )}
        <TextInput
          label={words('name')}
          description={t('dialog.nameHint')}
          {...form.getInputProps('name')}
          maxLength={80}
          data-autofocus
        />
        {kind === 'email' ? (
          <>
            <Textarea
              label={t('dialog.recipients')}
              description={t('dialog.recipientsHint')}
              {...form.getInputProps('recipients')}
              autosize
              minRows={2}
              maxRows={8}
              spellCheck={false}
            />
            {mailFrom === null && (
              <Problem kind="warning" title={t('unreachable')}>
                {t('dialog.noMailServer')}
              </Problem>
            )}
          </>
        ) : (
          <>
            <TextInput
              label="URL"
              type="url"
              description={isNew ? undefined : t('dialog.urlHint')}
              {...form.getInputProps('url')}
              placeholder="https://"
              autoComplete="off"
              spellCheck={false}
            />
            <TextInput
              label={t('dialog.ownSecret')}
              description={t(signed ? 'dialog.ownSecretNeeded' : 'dialog.ownSecretHint')}
              {...form.getInputProps('secret')}
              autoComplete="off"
              spellCheck={false}
            />
          </>
        )}
      </Stack>
    </Fieldset>
  );
}
