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

const OverrideRuleDialog = dynamic(() =>
  import('./override-rule-dialog').then((module) => module.OverrideRuleDialog),
);

/** Who grants that freezes do not hold a plan. */
export function OverrideRule() {
  const t = useTranslations('settings.overrides');
  const told = useTranslations('settings.protection.told');
  const trpc = useTRPC();
  const refusal = useRoleRefusal('admin');
  const current = useQuery(trpc.settings.freezeOverride.queryOptions());
  const guard = useChange(trpc.settings.guardOverrides.mutationOptions(), [
    trpc.settings.freezeOverride.pathFilter(),
  ]);
  const [open, setOpen] = useState<'change' | 'remove' | null>(null);
  const rule = current.data ?? null;
  const close = () => setOpen(null);
  const button = (what: 'change' | 'remove', label: string) => (
    <ActionButton size="compact-sm" variant="default" refusal={refusal} onClick={() => setOpen(what)}>
      {label}
    </ActionButton>
  );
  const confirmation =
    open === 'remove'
      ? removal(t('remove'), t('removeBody'), () => refusalOf(guard.mutateAsync({ rule: null })))
      : null;
  return (
    <Section
      title={t('title')}
      about={t('about')}
      error={current.error}
      action={
        <Group gap={6}>
          {button('change', t(rule ? 'change' : 'add'))}
          {rule && button('remove', t('removeVerb'))}
        </Group>
      }
    >
      <Text size="sm">
        {rule
          ? [
              told(`needs.${rule.role}`, { count: rule.needs }),
              rule.group !== undefined && told('group', { group: rule.group }),
              rule.notMaker && t('notMakerTold'),
              t('removedByAdmins'),
            ]
              .filter(Boolean)
              .join(' ')
          : current.isSuccess && t('none')}
      </Text>
      {open === 'change' && <OverrideRuleDialog current={rule} onClose={close} />}
      <ConfirmDialog confirmation={confirmation} onClose={close} />
    </Section>
  );
}
