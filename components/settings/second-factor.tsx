'use client';

import { Group, Text } from '@mantine/core';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';

const SetupDialog = dynamic(() => import('./second-factor-dialogs').then((module) => module.SetupDialog));
const SwitchOffDialog = dynamic(() =>
  import('./second-factor-dialogs').then((module) => module.SwitchOffDialog),
);
const NewCodesDialog = dynamic(() =>
  import('./second-factor-dialogs').then((module) => module.NewCodesDialog),
);

/** What one shows at the sign-in besides the password. */
export function SecondFactor({ on, byPasskey }: { on: boolean; byPasskey: boolean }) {
  const t = useTranslations('secondFactor');
  const [open, setOpen] = useState<'setup' | 'off' | 'codes' | null>(null);
  const dialog = {
    onClose: () => setOpen(null),
    // A full load: the session is another one, and where it is required, switching it off leads out of the console.
    onDone: () => location.reload(),
  };
  const button = (which: 'setup' | 'off' | 'codes') => (
    <ActionButton variant="default" size="xs" refusal={null} onClick={() => setOpen(which)}>
      {t(`actions.${which}`)}
    </ActionButton>
  );
  return (
    <>
      <Section
        title={t('title')}
        about={t('about')}
        action={
          <Group gap="xs">
            {on ? (
              <>
                {button('codes')}
                {button('off')}
              </>
            ) : (
              button('setup')
            )}
          </Group>
        }
      >
        <Text fw={560}>{t(on ? 'isOn' : byPasskey ? 'isOffByPasskey' : 'isOff')}</Text>
      </Section>
      {open === 'setup' && <SetupDialog {...dialog} />}
      {open === 'off' && <SwitchOffDialog {...dialog} />}
      {open === 'codes' && <NewCodesDialog {...dialog} />}
    </>
  );
}
