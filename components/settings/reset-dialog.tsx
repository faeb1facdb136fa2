'use client';

import { Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import type { Member } from './member-columns';

/** Makes a link with which somebody sets a new password, and shows it this once. */
export function ResetDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const t = useTranslations('settings.members.reset');
  const trpc = useTRPC();
  const [path, setPath] = useState<string | null>(null);
  const reset = useChange(trpc.members.resetPassword.mutationOptions(), []);
  const { userId, name, email } = member;
  return (
    <FormDialog
      title={t('title', { name })}
      onClose={onClose}
      start={{}}
      send={() => reset.mutateAsync({ userId })}
      onSent={(made) => setPath(made.path)}
      submit={t('submit')}
      refused={t('refused')}
      once={
        path === null
          ? null
          : { label: t('link'), value: `${location.origin}${path}`, about: t('linkAbout', { email }) }
      }
    >
      {() => <Text size="sm">{t('about', { email })}</Text>}
    </FormDialog>
  );
}
