'use client';

import { PasswordInput, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { addPasskey } from '@/components/session/passkey-ceremony';
import { usePasskeyRefusal } from './passkey-refusal';
import { TypedStep } from './typed-step';

/** Sets up a passkey before anything else; one is enough where a second factor is required. */
export function RequiredPasskey({ onSetUp }: { onSetUp: () => void }) {
  const t = useTranslations('secondFactor.passkeys');
  const setup = useTranslations('secondFactor.setup');
  const ui = useTranslations('ui');
  return (
    <TypedStep
      submit={t('addTitle')}
      send={(password) => addPasskey({ password, name: '' })}
      onSent={onSetUp}
      refusalOf={usePasskeyRefusal()}
    >
      <Text size="sm">{t('addAbout')}</Text>
      <PasswordInput
        visibilityToggleButtonProps={{ 'aria-label': ui('showPassword') }}
        label={setup('password')}
        name="typed"
        autoComplete="current-password"
        required
        withAsterisk={false}
        autoFocus
      />
    </TypedStep>
  );
}
