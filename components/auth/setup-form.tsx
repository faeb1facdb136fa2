'use client';

import { TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import { postJson } from './api';
import { EmailField, GateForm, PasswordField } from './gate-form';

const FIELDS = ['name', 'email', 'password'] as const;

/** Makes the first account, or that of somebody invited, and signs it in. */
export function SetupForm(props: {
  token: string;
  minPassword: number;
  /** The address an invite is for: it cannot be changed. */
  invitedEmail?: string;
}) {
  const { token, minPassword, invitedEmail } = props;
  const t = useTranslations('auth');
  const say = useSay();
  return (
    <GateForm
      fields={FIELDS}
      check={({ name, email, password }) => ({
        name: name === '' ? t('setup.nameMissing') : undefined,
        email: /^\S+@\S+\.\S+$/.test(email) ? undefined : t('setup.emailInvalid'),
        password:
          password.length < minPassword ? t('setup.passwordShort', { count: minPassword }) : undefined,
      })}
      send={async ({ name, email, password }) => {
        const claimed = invitedEmail
          ? await postJson('/api/auth/invite', { token, name, password })
          : await postJson('/api/auth/setup', { token, name, email, password });
        if (!claimed) return { problem: t('login.unreachable') };
        if (claimed.status >= 300) {
          const { error } = claimed;
          const field = FIELDS.find((known) => known === error?.field);
          if (field && error) return { wrong: { [field]: say(error.message) } };
          return { problem: t('setup.failed', { reason: say(error?.message) ?? String(claimed.status) }) };
        }
        const entered = await postJson('/api/auth/sign-in/email', { email, password });
        if (!entered || entered.status >= 300) return { problem: t('setup.created') };
        location.assign('/plans');
        return null;
      }}
      submit={t(invitedEmail ? 'invite.submit' : 'setup.submit')}
    >
      {(wrong) => (
        <>
          <TextInput
            name="name"
            label={t('setup.name')}
            error={wrong.name}
            autoComplete="name"
            size="md"
            autoFocus
          />
          <EmailField error={wrong.email} defaultValue={invitedEmail} readOnly={invitedEmail !== undefined} />
          <PasswordField
            description={t('setup.passwordHint', { count: minPassword })}
            error={wrong.password}
            autoComplete="new-password"
          />
        </>
      )}
    </GateForm>
  );
}
