'use client';

import { Button, Divider, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { AccountAnswer } from '@/components/session/account-api';
import { PasskeyElsewhere } from '@/components/session/passkey-elsewhere';
import classes from './form.module.css';

type Refused = Extract<AccountAnswer, { ok: false }>;

/** Signs a person in by what their device has, in place of password and code. */
export function PasskeyButton({ next, origin }: { next: string; origin: string }) {
  const t = useTranslations('auth');
  const own = useTranslations('secondFactor.passkeys');
  const [problem, setProblem] = useState<ReactNode>(null);
  const [going, setGoing] = useState(false);

  async function go() {
    if (going) return;
    setProblem(null);
    if (location.origin !== origin)
      return setProblem(
        <PasskeyElsewhere origin={origin} path={`/login?next=${encodeURIComponent(next)}`} />,
      );
    setGoing(true);
    // Few press it, and everybody loads this page.
    const answer = await import('@/components/session/passkey-ceremony').then(
      ({ signInWithPasskey }) => signInWithPasskey(),
      (): Refused => ({ ok: false, status: null, code: null }),
    );
    // A full load: the server renders the console for the new session.
    if (answer.ok) return location.assign(next);
    setGoing(false);
    setProblem(wordsFor(answer));
  }

  function wordsFor({ code, status, retryAfter = 60 }: Refused): string {
    if (code === 'CANCELLED') return own('cancelled');
    if (code === 'UNSUPPORTED') return own('unsupported');
    if (code === 'NOT_VERIFIED') return own('holder');
    if (code === 'SINGLE_SIGN_ON') return t('sso.instead');
    if (status === null) return t('login.unreachable');
    if (status === 429) return t('login.limited', { seconds: retryAfter });
    return status < 500 ? t('passkey.unknown') : t('login.failed', { status: String(status) });
  }

  return (
    <Stack gap="md">
      <Divider label={t('passkey.or')} mt="lg" />
      {problem && (
        <p role="alert" className={classes.problem}>
          {problem}
        </p>
      )}
      <Button size="md" fullWidth variant="default" loading={going} onClick={go}>
        {t('passkey.submit')}
      </Button>
    </Stack>
  );
}
