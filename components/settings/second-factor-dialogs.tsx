'use client';

import { PasswordInput, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { FormRefused } from '@/components/form/field-errors';
import { FormDialog } from '@/components/form/form-dialog';
import { changeAccount } from '@/components/session/account-api';
import { Dialog } from '@/components/ui/dialog';
import { useBackupCodes } from './backup-codes';
import { useSecondFactorRefusal } from './second-factor-refusal';
import { SecondFactorSetup } from './second-factor-setup';

interface DialogProps {
  onClose: () => void;
  /** Something was changed, and what is shown only once was seen. */
  onDone: () => void;
}

/** Sets a second factor up. */
export function SetupDialog({ onClose, onDone }: DialogProps) {
  const t = useTranslations('secondFactor');
  const [codes, setCodes] = useState<string[] | null>(null);
  const once = useBackupCodes(codes);
  return (
    <Dialog title={t('setup.title')} onClose={codes ? onDone : onClose} once={once} onKept={onDone}>
      <SecondFactorSetup onSetUp={setCodes} />
    </Dialog>
  );
}

/** From then on the password alone is enough. */
export function SwitchOffDialog({ onClose, onDone }: DialogProps) {
  return <PasswordDialog what="off" route="two-factor/disable" onClose={onClose} onSent={onDone} />;
}

/** Makes backup codes in place of those there are. */
export function NewCodesDialog({ onClose, onDone }: DialogProps) {
  const [codes, setCodes] = useState<string[] | null>(null);
  const once = useBackupCodes(codes);
  return (
    <PasswordDialog<{ backupCodes: string[] }>
      what="codes"
      route="two-factor/generate-backup-codes"
      onClose={codes ? onDone : onClose}
      onSent={({ backupCodes }) => setCodes(backupCodes)}
      once={once}
    />
  );
}

/** Something for which the password is asked. */
function PasswordDialog<Told>(props: {
  what: 'off' | 'codes';
  route: string;
  onClose: () => void;
  onSent: (told: Told) => void;
  once?: ReturnType<typeof useBackupCodes>;
}) {
  const { what, route } = props;
  const t = useTranslations('secondFactor');
  const setup = useTranslations('secondFactor.setup');
  const words = useTranslations('form');
  const ui = useTranslations('ui');
  const refusalOf = useSecondFactorRefusal();
  return (
    <FormDialog<{ password: string }, Told>
      title={t(`${what}.title`)}
      start={{ password: '' }}
      check={({ password }): Record<string, string> =>
        password === '' ? { password: words('missing') } : {}
      }
      send={async ({ password }) => {
        const answer = await changeAccount<Told>(route, { password });
        if (answer.ok) return answer.told;
        const told = refusalOf(answer);
        throw new FormRefused(
          answer.code === 'INVALID_PASSWORD' ? { fields: { password: told } } : { rest: told },
        );
      }}
      onSent={props.onSent}
      onClose={props.onClose}
      submit={t(`${what}.submit`)}
      refused={t('refused')}
      once={props.once ?? null}
    >
      {(form) => (
        <>
          <Text size="sm">{t(`${what}.about`)}</Text>
          <PasswordInput
            visibilityToggleButtonProps={{ 'aria-label': ui('showPassword') }}
            label={setup('password')}
            {...form.getInputProps('password')}
            autoComplete="current-password"
            data-autofocus
          />
        </>
      )}
    </FormDialog>
  );
}
