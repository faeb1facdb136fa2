'use client';

import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import type { Role } from '@/components/session/role';
import { RoleSelect } from '@/components/session/role-select';
import { LimitsField } from './limits-field';
import { limitsFor, limitsOf } from './limits-text';

/** Makes a link with which one person makes their account, and shows it this once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('settings');
  const words = useTranslations('settings.limits');
  const trpc = useTRPC();
  const [made, setMade] = useState<{ email: string; path: string } | null>(null);
  const invite = useChange(trpc.members.invite.mutationOptions(), [trpc.members.pathFilter()]);
  return (
    <FormDialog
      title={t('members.dialog.title')}
      onClose={onClose}
      start={{ email: '', role: 'operator' as Role, limits: '' }}
      check={({ limits }): Record<string, string> =>
        limitsOf(limits) === 'wrong' ? { limits: words('wrong') } : {}
      }
      place={(part) => (part.startsWith('limitedTo') ? 'limits' : part)}
      send={async ({ email: typed, role, limits }) => {
        const email = typed.trim();
        const { path } = await invite.mutateAsync({ email, role, limitedTo: limitsFor(role, limits) });
        return { email, path };
      }}
      onSent={setMade}
      submit={t('members.dialog.submit')}
      refused={t('members.dialog.refused')}
      once={
        made && {
          label: t('members.dialog.link'),
          value: `${location.origin}${made.path}`,
          about: t('members.dialog.linkAbout', { email: made.email }),
        }
      }
    >
      {(form) => (
        <>
          <TextInput
            label={t('members.email')}
            description={t('members.dialog.emailHint')}
            {...form.getInputProps('email')}
            autoComplete="off"
            data-autofocus
          />
          <RoleSelect
            label={t('role')}
            value={form.values.role}
            error={form.errors.role}
            onChange={(role) => form.setFieldValue('role', role)}
          />
          {form.values.role !== 'admin' && <LimitsField {...form.getInputProps('limits')} />}
        </>
      )}
    </FormDialog>
  );
}
