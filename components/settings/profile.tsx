'use client';

import { Stack } from '@mantine/core';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Zone } from '@/components/session/preferences';
import type { Role } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { Figures } from '@/components/ui/figures';
import { LinkAction } from '@/components/ui/link-action';
import { BrowserNews } from './browser-news';
import { Display } from './display';
import { type Passkey, Passkeys } from './passkeys';
import { SecondFactor } from './second-factor';
import { Sessions } from './sessions';

const NameDialog = dynamic(() => import('./name-dialog').then((module) => module.NameDialog));

/** Who one is here, what one may do, where one is signed in, and how the console looks to one. */
export function Profile(props: {
  me: { name: string; email: string | null; role: Role };
  /** What one signs in with besides the password; null for who does not sign in, or does so elsewhere. */
  secondFactors: { codes: boolean; passkeys: readonly Passkey[]; byPasskeyAlone: boolean } | null;
  /** Where passkeys work; null where there are none. */
  passkeyOrigin: string | null;
  /** Whether one came from the provider. */
  bySso: boolean;
  zone: Zone;
  /** The shortest password the server takes. */
  minPassword: number;
}) {
  const { name, email, role } = props.me;
  const t = useTranslations('settings.profile');
  const roles = useTranslations('shell.roles');
  const router = useRouter();
  const [renaming, setRenaming] = useState(false);
  return (
    <Stack gap="xl">
      <Section
        title={t('you')}
        action={
          <ActionButton variant="default" size="xs" refusal={null} onClick={() => setRenaming(true)}>
            {t('rename')}
          </ActionButton>
        }
      >
        <Figures
          rows={[
            [t('name'), name],
            [t('email'), email ?? '–'],
            [t('role'), roles(role)],
            [t('may'), t(`mayDo.${role}`)],
          ]}
        />
      </Section>
      <Sessions minPassword={props.minPassword} bySso={props.bySso} />
      {props.secondFactors && (
        <>
          <SecondFactor on={props.secondFactors.codes} byPasskey={props.secondFactors.byPasskeyAlone} />
          <Passkeys passkeys={props.secondFactors.passkeys} origin={props.passkeyOrigin} />
        </>
      )}
      <Display zone={props.zone} />
      <BrowserNews />
      <Section
        title={t('programs')}
        about={t('programsAbout')}
        action={
          <LinkAction variant="default" size="xs" href="/settings/api-keys">
            {t('toKeys')}
          </LinkAction>
        }
      >
        {null}
      </Section>
      {renaming && (
        <NameDialog name={name} onClose={() => setRenaming(false)} onDone={() => router.refresh()} />
      )}
    </Stack>
  );
}
