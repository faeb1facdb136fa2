'use client';

import { Button, Code, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { encode } from 'uqr';
import { useTranslations } from 'use-intl';
import { Problem } from '@/components/ui/problem';
import { Qr } from '@/components/ui/qr';
import { type AccountAnswer, changeAccount } from './account-api';
import { useSecondFactorRefusal } from './second-factor-refusal';

/** What an authenticator is told, and what opens when it is lost; worth nothing before its first code. */
interface Begun {
  totpURI: string;
  backupCodes: string[];
}

/** Sets a second factor up: the password, then a first code of it. What comes of it are the backup codes. */
export function SecondFactorSetup({ onSetUp }: { onSetUp: (backupCodes: string[]) => void }) {
  const t = useTranslations('secondFactor.setup');
  const ui = useTranslations('ui');
  const [begun, setBegun] = useState<Begun | null>(null);
  if (!begun)
    return (
      <Step
        key="password"
        submit={t('next')}
        send={(password) => changeAccount<Begun>('two-factor/enable', { password })}
        onSent={setBegun}
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
      </Step>
    );
  return (
    <Step
      key="code"
      submit={t('confirm')}
      send={(code) => changeAccount('two-factor/verify-totp', { code })}
      onSent={() => onSetUp(begun.backupCodes)}
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
    </Step>
  );
}

/** The secret, so that it can be typed. */
const inGroups = (uri: string) =>
  (new URL(uri).searchParams.get('secret') ?? '').replaceAll(/.{4}(?=.)/g, '$& ');

/** One thing that is typed and sent; what is wrong with it stands above it. */
function Step<Told>(props: {
  submit: string;
  send: (typed: string) => Promise<AccountAnswer<Told>>;
  onSent: (told: Told) => void;
  children: ReactNode;
}) {
  const refusalOf = useSecondFactorRefusal();
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (sending) return;
    const field = event.currentTarget.elements.namedItem('typed');
    if (!(field instanceof HTMLInputElement)) return;
    setProblem(null);
    setSending(true);
    const answer = await props.send(field.value);
    setSending(false);
    if (answer.ok) return props.onSent(answer.told);
    setProblem(refusalOf(answer));
    field.focus();
    field.select();
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        {problem && <Problem>{problem}</Problem>}
        {props.children}
        <Button type="submit" loading={sending} fullWidth>
          {props.submit}
        </Button>
      </Stack>
    </form>
  );
}
