'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { postJson } from './api';
import { EmailField, GateForm, PasswordField } from './gate-form';

const SecondStepForm = dynamic(() => import('./second-step-form').then((module) => module.SecondStepForm));

/** Signs a person in and takes them where they were going. */
export function LoginForm({ next }: { next: string }) {
  const t = useTranslations('auth');
  const [secondStep, setSecondStep] = useState(false);
  if (secondStep) return <SecondStepForm next={next} onStartAgain={() => setSecondStep(false)} />;
  return (
    <GateForm
      fields={['email', 'password']}
      check={({ email, password }) => ({
        email: email === '' ? t('login.emailMissing') : undefined,
        password: password === '' ? t('login.passwordMissing') : undefined,
      })}
      send={async ({ email, password }) => {
        const answer = await postJson('/api/auth/sign-in/email', { email, password });
        if (answer?.secondStep) {
          setSecondStep(true);
          return null;
        }
        if (answer && answer.status < 300) {
          // A full load: the server renders the console for the new session.
          location.assign(next);
          return null;
        }
        const problem = !answer
          ? t('login.unreachable')
          : answer.status === 429
            ? t('login.limited', { seconds: answer.retryAfter ?? 60 })
            : answer.error?.code === 'SINGLE_SIGN_ON'
              ? t('sso.instead')
              : answer.error?.code === 'PASSKEY_NEEDED'
                ? t('passkey.needed')
                : answer.status < 500
                  ? t('login.wrong')
                  : t('login.failed', { status: String(answer.status) });
        return { problem, focus: 'password' };
      }}
      submit={t('login.submit')}
    >
      {(wrong) => (
        <>
          <EmailField error={wrong.email} autoFocus />
          <PasswordField error={wrong.password} autoComplete="current-password" />
        </>
      )}
    </GateForm>
  );
}
