'use client';

import { Code, PasswordInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { encode } from 'uqr';
import { useTranslations } from 'use-intl';
import { changeAccount } from '@/components/session/account-api';
import { Qr } from '@/components/ui/qr';
import { useSecondFactorRefusal } from './second-factor-refusal';
import { TypedStep } from './typed-step';

/** What an authenticator is told, and what opens when it is lost; worth nothing before its first code. */
interface Begun {
  totpURI: string;
  backupCodes: string[];
}

/** Sets a second factor up: the password, then a first code of it. What comes of it are the backup codes. */
export function SecondFactorSetup({ onSetUp }: { onSetUp: (backupCodes: string[]) => void }) {
  const t = useTranslations('secondFactor.setup');
  const ui = useTranslations('ui');
  const refusalOf = useSecondFactorRefusal();
  const [begun, setBegun] = useState<Begun | null>(null);
  if (!begun)
    return (
      <TypedStep
        key="password"
        submit={t('next')}
        send={(password) => changeAccount<Begun>('two-factor/enable', { password })}
        onSent={setBegun}
        refusalOf={refusalOf}
      >
        <Text size="sm">{t('passwordAbout')}</Text>
        <PasswordInput
          visibilityToggleButtonProps={{ 'aria-label': ui('showPassword') }}
          label={t('password')}
          name="typed"
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus
          autoFocus
        />
      </TypedStep>
    );
  return (
    <TypedStep
      key="code"
      submit={t('confirm')}
      send={(code) => changeAccount('two-factor/verify-totp', { code })}
      onSent={() => onSetUp(begun.backupCodes)}
      refusalOf={refusalOf}
    >
      <Text size="sm">{t('scanAbout')}</Text>
      <Qr code={encode(begun.totpURI, { border: 2 }).data} label={t('scan')} size={176} />
      <Text size="sm">
        {t('byHand')} <Code data-testid="second-factor-secret">{inGroups(begun.totpURI)}</Code>
      </Text>
      <TextInput
        label={t('code')}
        description={t('codeHint')}
        name="typed"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={10}
        required
        withAsterisk={false}
        autoFocus
      />
    </TypedStep>
  );
}

/** The secret, so that it can be typed. */
const inGroups = (uri: string) =>
  (new URL(uri).searchParams.get('secret') ?? '').replaceAll(/.{4}(?=.)/g, '$& ');
