'use client';

import { useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import { postJson } from './api';
import { EmailField, GateForm, PasswordField } from './gate-form';

/** Sets a new password by a one-time link, and leads to the sign-in. */
export function ResetForm({
  token,
  minPassword,
  email,
}: {
  token: string;
  minPassword: number;
  email: string;
}) {
  const t = useTranslations('auth');
  const say = useSay();
  return (
    <GateForm
      fields={['password']}
      check={({ password }) => ({
        password:
          password.length < minPassword ? t('setup.passwordShort', { count: minPassword }) : undefined,
      })}
      send={async ({ password }) => {
        const answer = await postJson('/api/auth/reset', { token, password });
        if (!answer) return { problem: t('login.unreachable') };
        if (answer.status < 300) {
          location.assign('/login');
          return null;
        }
        const { error } = answer;
        if (error?.field === 'password') return { wrong: { password: say(error.message) } };
        return { problem: say(error?.message) ?? t('login.failed', { status: String(answer.status) }) };
      }}
      submit={t('reset.submit')}
    >
      {(wrong) => (
        <>
          <EmailField defaultValue={email} readOnly />
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
