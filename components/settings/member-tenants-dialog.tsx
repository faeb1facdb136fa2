'use client';

import { Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { LimitsField } from './limits-field';
import { limitsOf, limitsText } from './limits-text';
import type { Member } from './member-columns';

/** Says which tenants the role of a member is about. */
export function MemberTenantsDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const t = useTranslations('settings.limits');
  const trpc = useTRPC();
  const set = useChange(trpc.members.setRole.mutationOptions(), [trpc.members.pathFilter()]);
  const { userId, name, role } = member;
  return (
    <FormDialog
      title={t('of', { name })}
      onClose={onClose}
      start={{ limits: limitsText(member.limitedTo) }}
      check={({ limits }): Record<string, string> =>
        limitsOf(limits) === 'wrong' ? { limits: t('wrong') } : {}
      }
      send={async ({ limits }) => {
        const limitedTo = limitsOf(limits);
        if (limitedTo !== 'wrong') await set.mutateAsync({ userId, role, limitedTo });
      }}
      place={(part) => (part.startsWith('limitedTo') ? 'limits' : null)}
      submit={t('submit')}
      refused={t('refused')}
    >
      {(form) => (
        <>
          <Text size="sm">{t('about')}</Text>
          <LimitsField {...form.getInputProps('limits')} />
        </>
      )}
    </FormDialog>
  );
}
