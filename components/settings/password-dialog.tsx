'use client';

import { Checkbox, PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslations } from 'use-intl';
import { FormRefused } from '@/components/form/field-errors';
import { FormDialog } from '@/components/form/form-dialog';
import { changeAccount } from './account-api';
import { useAccountRefusal } from './account-refusal';

/** Takes a new password; the present one proves who asks. */
export function PasswordDialog(props: { minPassword: number; onClose: () => void; onDone: () => void }) {
  const { minPassword, onClose } = props;
  const t = useTranslations('settings.profile');
  const ui = useTranslations('ui');
  const refusalOf = useAccountRefusal();
  return (
    <FormDialog
      title={t('passwordTitle')}
      onClose={onClose}
      start={{ current: '', next: '', others: true }}
      check={({ next }): Record<string, string> =>
        next.length < minPassword ? { next: t('passwordShort', { count: minPassword }) } : {}
      }
      send={async ({ current, next, others }) => {
        const answer = await changeAccount('change-password', {
          currentPassword: current,
          newPassword: next,
          revokeOtherSessions: others,
        });
        if (answer.ok) return;
        throw new FormRefused(
          answer.code === 'INVALID_PASSWORD'
            ? { fields: { current: t('passwordWrong') } }
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
            description={t('nextHint', { count: minPassword })}
            {...form.getInputProps('next')}
            autoComplete="new-password"
          />
          <Checkbox
            label={t('others')}
            iconColor="var(--mantine-primary-color-contrast)"
            {...form.getInputProps('others', { type: 'checkbox' })}
          />
        </>
      )}
    </FormDialog>
  );
}
