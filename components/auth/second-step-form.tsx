'use client';

import { Anchor, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { type Answer, postJson } from './api';
import { GateForm } from './gate-form';

/** After the password: a code of the authenticator, or one of those that were kept for when it is lost. */
export function SecondStepForm({ next, onStartAgain }: { next: string; onStartAgain: () => void }) {
  const t = useTranslations('auth.secondStep');
  const [backup, setBackup] = useState(false);
  const problemOf = useProblem(backup);
  return (
    <GateForm
      // What was typed into the one is nothing for the other.
      key={String(backup)}
      fields={['code']}
      check={({ code }) => ({
        code: /[a-z0-9]{6}/i.test(code.replaceAll(/[^a-z0-9]/gi, ''))
          ? undefined
          : t(backup ? 'backupCodeMissing' : 'codeMissing'),
      })}
      send={async ({ code }) => {
        const answer = await postJson(
          backup ? '/api/auth/two-factor/verify-backup-code' : '/api/auth/two-factor/verify-totp',
          { code },
        );
        if (answer && answer.status < 300) {
          // A full load: the server renders the console for the new session.
          location.assign(next);
          return null;
        }
        return { problem: problemOf(answer), focus: 'code' };
      }}
      submit={t('submit')}
    >
      {(wrong) => (
        <>
          <TextInput
            name="code"
            label={t(backup ? 'backupCode' : 'code')}
            description={t(backup ? 'backupCodeHint' : 'codeHint')}
            error={wrong.code}
            inputMode={backup ? 'text' : 'numeric'}
            autoComplete={backup ? 'off' : 'one-time-code'}
            autoCapitalize="none"
            spellCheck={false}
            maxLength={40}
            size="md"
            autoFocus
          />
          <Group justify="space-between" gap="xs">
            <Anchor
              component="button"
              type="button"
              underline="always"
              size="sm"
              py={4}
              onClick={() => setBackup(!backup)}
            >
              {t(backup ? 'toCode' : 'toBackupCode')}
            </Anchor>
            <Anchor
              component="button"
              type="button"
              underline="always"
              size="sm"
              py={4}
              onClick={onStartAgain}
            >
              {t('startAgain')}
            </Anchor>
          </Group>
        </>
      )}
    </GateForm>
  );
}

/** What the library says when the sign-in it belongs to is over. */
const OVER = ['INVALID_TWO_FACTOR_COOKIE', 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE'];

function useProblem(backup: boolean): (answer: Answer) => string {
  const t = useTranslations('auth');
  return (answer) => {
    if (!answer) return t('login.unreachable');
    const code = answer.error?.code ?? '';
    if (OVER.includes(code)) return t('secondStep.expired');
    if (code === 'CODE_USED') return t('secondStep.used');
    if (code === 'ACCOUNT_TEMPORARILY_LOCKED') return t('secondStep.locked');
    if (answer.status === 429) return t('login.limited', { seconds: answer.retryAfter ?? 60 });
    if (answer.status < 500) return t(backup ? 'secondStep.wrongBackupCode' : 'secondStep.wrong');
    return t('login.failed', { status: String(answer.status) });
  };
}
