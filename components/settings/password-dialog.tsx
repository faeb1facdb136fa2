'use client';

import { PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslations } from 'use-intl';
import { FormRefused } from '@/components/form/field-errors';
import { FormDialog } from '@/components/form/form-dialog';
import { useSay } from '@/components/i18n/said';
import { changeAccount } from '@/components/session/account-api';
import { useAccountRefusal } from './account-refusal';

/** Takes a new password; the present one proves who asks. */
export function PasswordDialog(props: { minPassword: number; onClose: () => void; onDone: () => void }) {
  const { minPassword, onClose } = props;
  const t = useTranslations('settings.profile');
  const ui = useTranslations('ui');
  const refusalOf = useAccountRefusal();
  const say = useSay();
  return (
    <FormDialog
      title={t('passwordTitle')}
      onClose={onClose}
      start={{ current: '', next: '' }}
      check={({ next }): Record<string, string> =>
        next.length < minPassword ? { next: t('passwordShort', { count: minPassword }) } : {}
      }
      send={async ({ current, next }) => {
        const answer = await changeAccount('change-password', {
          currentPassword: current,
          newPassword: next,
        });
        if (answer.ok) return;
        throw new FormRefused(
          answer.code === 'INVALID_PASSWORD'
            ? { fields: { current: t('passwordWrong') } }
            : answer.field === 'newPassword' && answer.message
              ? { fields: { next: say(answer.message) } }
              : { rest: refusalOf(answer) },
        );
      }}
      onSent={() => {
        notifications.show({ message: t('passwordDone') });
        props.onDone();
        onClose();
      }}
      submit={t('passwordSubmit')}
      refused={t('passwordRefused')}
    >
      {(form) => (
        <>
          <PasswordInput
            visibilityToggleButtonProps={{ 'aria-label': ui('showPassword') }}
            label={t('current')}
            {...form.getInputProps('current')}
            autoComplete="current-password"
            data-autofocus
          />
          <PasswordInput
            visibilityToggleButtonProps={{ 'aria-label': ui('showPassword') }}
            label={t('next')}
            description={`${t('nextHint', { count: minPassword })} ${t('othersEnd')}`}
            {...form.getInputProps('next')}
            autoComplete="new-password"
          />
        </>
      )}
    </FormDialog>
  );
}
