'use client';

import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { postJson } from './api';
import classes from './form.module.css';
import { focusField } from './login-form';

type Field = 'name' | 'email' | 'password';
const FIELDS: readonly Field[] = ['name', 'email', 'password'];

/** Makes the first account, or that of somebody invited, and signs it in. */
export function SetupForm(props: {
  token: string;
  minPassword: number;
  /** The address an invite is for: it cannot be changed. */
  invitedEmail?: string;
}) {
  const { token, minPassword, invitedEmail } = props;
  const t = useTranslations('auth');
  const form = useRef<HTMLFormElement>(null);
  const [wrong, setWrong] = useState<Partial<Record<Field, string>>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);

  function point(to: Partial<Record<Field, string>>) {
    setWrong(to);
    const first = FIELDS.find((field) => to[field]);
    if (first) focusField(form.current, first);
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (sending) return;
    const data = new FormData(event.currentTarget);
    const [name, email] = [String(data.get('name')).trim(), String(data.get('email')).trim()];
    const password = String(data.get('password'));
    const found: Partial<Record<Field, string>> = {
      name: name === '' ? t('setup.nameMissing') : undefined,
      email: /^\S+@\S+\.\S+$/.test(email) ? undefined : t('setup.emailInvalid'),
      password: password.length < minPassword ? t('setup.passwordShort', { count: minPassword }) : undefined,
    };
    setProblem(null);
    point(found);
    if (FIELDS.some((field) => found[field])) return;

    setSending(true);
    const claimed = invitedEmail
      ? await postJson('/api/auth/invite', { token, name, password })
      : await postJson('/api/auth/setup', { token, name, email, password });
    if (!claimed || claimed.status >= 300) {
      setSending(false);
      const field = FIELDS.find((known) => known === claimed?.error?.field);
      if (!claimed) setProblem(t('login.unreachable'));
      else if (field && claimed.error) point({ [field]: claimed.error.message });
      else setProblem(t('setup.failed', { reason: claimed.error?.message ?? String(claimed.status) }));
      return;
    }
    const entered = await postJson('/api/auth/sign-in/email', { email, password });
    if (entered && entered.status < 300) {
      location.assign('/plans');
      return;
    }
    setSending(false);
    setProblem(t('setup.created'));
  }

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md">
        {problem && (
          <p role="alert" className={classes.problem}>
            {problem}
          </p>
        )}
        <TextInput
          name="name"
          label={t('setup.name')}
          error={wrong.name}
          autoComplete="name"
          size="md"
          autoFocus
        />
        <TextInput
          name="email"
          type="email"
          label={t('email')}
          error={wrong.email}
          defaultValue={invitedEmail}
          readOnly={invitedEmail !== undefined}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          size="md"
        />
        <PasswordInput
          name="password"
          label={t('password')}
          description={t('setup.passwordHint', { count: minPassword })}
          error={wrong.password}
          autoComplete="new-password"
          size="md"
        />
        <Button type="submit" size="md" loading={sending} fullWidth mt={4}>
          {t(invitedEmail ? 'invite.submit' : 'setup.submit')}
        </Button>
      </Stack>
    </form>
  );
}
