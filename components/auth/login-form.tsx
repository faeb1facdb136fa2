'use client';

import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { postJson } from './api';
import classes from './form.module.css';

/** Signs a person in and takes them where they were going. */
export function LoginForm({ next }: { next: string }) {
  const t = useTranslations('auth');
  const form = useRef<HTMLFormElement>(null);
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (sending) return;
    const data = new FormData(event.currentTarget);
    const [email, password] = [String(data.get('email')).trim(), String(data.get('password'))];
    const gaps = {
      email: email === '' ? t('login.emailMissing') : undefined,
      password: password === '' ? t('login.passwordMissing') : undefined,
    };
    setMissing(gaps);
    setProblem(null);
    if (gaps.email || gaps.password) {
      focusField(form.current, gaps.email ? 'email' : 'password');
      return;
    }
    setSending(true);
    const answer = await postJson('/api/auth/sign-in/email', { email, password });
    if (answer && answer.status < 300) {
      // A full load: the server renders the console for the new session.
      location.assign(next);
      return;
    }
    setSending(false);
    if (!answer) setProblem(t('login.unreachable'));
    else if (answer.status === 429) setProblem(t('login.limited', { seconds: answer.retryAfter ?? 60 }));
    else if (answer.status < 500) setProblem(t('login.wrong'));
    else setProblem(t('login.failed', { status: String(answer.status) }));
    focusField(form.current, 'password');
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
          name="email"
          type="email"
          label={t('email')}
          error={missing.email}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          size="md"
          autoFocus
        />
        <PasswordInput
          name="password"
          label={t('password')}
          error={missing.password}
          autoComplete="current-password"
          size="md"
        />
        <Button type="submit" size="md" loading={sending} fullWidth mt={4}>
          {t('login.submit')}
        </Button>
      </Stack>
    </form>
  );
}

/** Takes the person to what needs correcting. */
export function focusField(form: HTMLFormElement | null, name: string): void {
  const field = form?.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.focus();
}
