'use client';

import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import type { StartProtection as Protection } from '@/domain/start-approval';

const StartProtectionDialog = dynamic(() =>
  import('./start-protection-dialog').then((module) => module.StartProtectionDialog),
);

/** Which plans people approve before they start. */
export function StartProtection() {
  const t = useTranslations('settings.protection');
  const trpc = useTRPC();
  const refusal = useRoleRefusal('admin');
  const current = useQuery(trpc.settings.startProtection.queryOptions());
  const protect = useChange(trpc.settings.protectStart.mutationOptions(), [
    trpc.settings.startProtection.pathFilter(),
  ]);
  const [open, setOpen] = useState<'change' | 'remove' | null>(null);
  const protection = current.data ?? null;
  const close = () => setOpen(null);
  const confirmation =
    open === 'remove'
      ? removal(t('remove'), t('removeBody'), () => refusalOf(protect.mutateAsync({ protection: null })))
      : null;
  return (
    <Section
      title={t('title')}
      about={t('about')}
      error={current.error}
      action={
        <Group gap={6}>
          <ActionButton
            size="compact-sm"
            variant="default"
            refusal={refusal}
            onClick={() => setOpen('change')}
          >
            {t(protection ? 'change' : 'add')}
          </ActionButton>
          {protection && (
            <ActionButton
              size="compact-sm"
              variant="default"
              refusal={refusal}
              onClick={() => setOpen('remove')}
            >
              {t('removeVerb')}
            </ActionButton>
          )}
        </Group>
      }
    >
      <Text size="sm">{protection ? <Told protection={protection} /> : current.isSuccess && t('none')}</Text>
      {open === 'change' && <StartProtectionDialog current={protection} onClose={close} />}
      <ConfirmDialog confirmation={confirmation} onClose={close} />
    </Section>
  );
}

function Told({ protection }: { protection: Protection }) {
  const t = useTranslations('settings.protection');
  const { overTenants, labels, needs, role, notMaker, group } = protection;
  const which = [
    overTenants !== null && t('told.over', { count: overTenants }),
    ...labels.map(({ label, equals }) => t('told.label', { label: `${label}=${equals}` })),
  ].filter((one) => one !== false);
  return (
    <>
      {t('told.which', { which: which.join(t('told.or')) })} {t(`told.needs.${role}`, { count: needs })}
      {group !== undefined && ` ${t('told.group', { group })}`}
      {notMaker && ` ${t('told.notMaker')}`}
    </>
  );
}
