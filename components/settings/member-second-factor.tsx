'use client';

import { Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { RowAction } from '@/components/ui/row-action';

/** Whether somebody signs in with a second factor, and the way to take it from who lost it. */
export function MemberSecondFactor(props: {
  member: { userId: string; name: string; email: string; secondFactor: boolean };
}) {
  const { userId, name, email, secondFactor } = props.member;
  const t = useTranslations('secondFactor.member');
  const trpc = useTRPC();
  const { mutateAsync: remove } = useChange(trpc.members.removeSecondFactor.mutationOptions(), [
    trpc.members.pathFilter(),
  ]);
  const [asking, setAsking] = useState(false);
  if (!secondFactor) return t('none');
  const confirmation =
    asking &&
    removal(t('removeIt', { name }), t('removeBody', { email }), () => refusalOf(remove({ userId })));
  return (
    <Group gap="xs" wrap="nowrap">
      {t('has')}
      <RowAction word={t('remove')} of={t('whose', { name })} onClick={() => setAsking(true)} />
      <ConfirmDialog confirmation={confirmation || null} onClose={() => setAsking(false)} />
    </Group>
  );
}
