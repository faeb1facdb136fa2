'use client';

import { PasswordInput, Text, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { FormRefused } from '@/components/form/field-errors';
import { type Form, FormDialog } from '@/components/form/form-dialog';
import { type AccountAnswer, changeAccount } from '@/components/session/account-api';
import { addPasskey } from '@/components/session/passkey-ceremony';
import { usePasskeyRefusal } from './passkey-refusal';

interface DialogProps {
  onClose: () => void;
  onDone: () => void;
}

/** Asks the password, then the authenticator. */
export function AddPasskeyDialog({ onClose, onDone }: DialogProps) {
  const t = useTranslations('secondFactor.passkeys');
  const check = usePasswordCheck();
  const mustBeOk = useMustBeOk();
  return (
    <FormDialog
      title={t('addTitle')}
      start={{ name: '', password: '' }}
      check={check}
      send={async (values) => mustBeOk(await addPasskey(values))}
      onSent={onDone}
      onClose={onClose}
      submit={t('addSubmit')}
      refused={useTranslations('secondFactor')('refused')}
    >
      {(form) => (
        <>
          <Text size="sm">{t('addAbout')}</Text>
          <TextInput
            label={t('name')}
            description={t('nameHint')}
            {...form.getInputProps('name')}
            maxLength={60}
            data-autofocus
          />
          <OwnPassword form={form} />
        </>
      )}
    </FormDialog>
  );
}

/** Asks the password: who finds a browser open must not change how its owner signs in. */
export function RemovePasskeyDialog(props: DialogProps & { passkey: { id: string; name: string } }) {
  const { id, name } = props.passkey;
  const t = useTranslations('secondFactor.passkeys');
  const check = usePasswordCheck();
  const mustBeOk = useMustBeOk();
  return (
    <FormDialog
      title={t('removeTitle', { name })}
      start={{ password: '' }}
      check={check}
      send={async ({ password }) => mustBeOk(await changeAccount('passkey/delete-passkey', { id, password }))}
      onSent={props.onDone}
      onClose={props.onClose}
      submit={t('removeSubmit')}
      refused={useTranslations('secondFactor')('refused')}
    >
      {(form) => (
        <>
          <Text size="sm">{t('removeAbout')}</Text>
          <OwnPassword form={form} focused />
        </>
      )}
    </FormDialog>
  );
}

function OwnPassword<Values extends { password: string }>(props: { form: Form<Values>; focused?: true }) {
  const t = useTranslations('secondFactor.setup');
  const ui = useTranslations('ui');
  return (
    <PasswordInput
      visibilityToggleButtonProps={{ 'aria-label': ui('showPassword') }}
      label={t('password')}
      {...props.form.getInputProps('password')}
      autoComplete="current-password"
      data-autofocus={props.focused}
    />
  );
}

function usePasswordCheck() {
  const words = useTranslations('form');
  return ({ password }: { password: string }): Record<string, string> =>
    password === '' ? { password: words('missing') } : {};
}

/** Throws what the dialog shows where something was refused. */
function useMustBeOk() {
  const refusalOf = usePasskeyRefusal();
  return (answer: AccountAnswer): void => {
    if (answer.ok) return;
    const told = refusalOf(answer);
    throw new FormRefused(
      answer.code === 'INVALID_PASSWORD' ? { fields: { password: told } } : { rest: told },
    );
  };
}
