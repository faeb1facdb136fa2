'use client';

import { TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslations } from 'use-intl';
import { FormRefused } from '@/components/form/field-errors';
import { FormDialog } from '@/components/form/form-dialog';
import { useSay } from '@/components/i18n/said';
import { changeAccount } from '@/components/session/account-api';
import { useAccountRefusal } from './account-refusal';

/** Takes another name for oneself. */
export function NameDialog(props: { name: string; onClose: () => void; onDone: () => void }) {
  const t = useTranslations('settings.profile');
  const words = useTranslations('form');
  const refusalOf = useAccountRefusal();
  const say = useSay();
  return (
    <FormDialog
      title={t('renameTitle')}
      onClose={props.onClose}
      start={{ name: props.name }}
      check={({ name }): Record<string, string> => (name.trim() === '' ? { name: words('missing') } : {})}
      hold={({ name }) => (name.trim() === props.name ? words('nothingChanged') : null)}
      send={async ({ name }) => {
        const answer = await changeAccount('update-user', { name: name.trim() });
        if (!answer.ok)
          throw new FormRefused(
            answer.field === 'name' && answer.message
              ? { fields: { name: say(answer.message) } }
              : { rest: refusalOf(answer) },
          );
        return name.trim();
      }}
      onSent={(name) => {
        notifications.show({ message: t('renamed', { name }) });
        props.onDone();
        props.onClose();
      }}
      submit={t('renameSubmit')}
      refused={t('nameRefused')}
    >
      {(form) => (
        <TextInput
          label={t('name')}
          description={t('renameHint')}
          {...form.getInputProps('name')}
          maxLength={80}
          data-autofocus
        />
      )}
    </FormDialog>
  );
}
