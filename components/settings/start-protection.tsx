'use client';

import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import type { StartProtection as Protection } from '@/domain/start-approval';
import { RuleSection } from './rule-section';

const StartProtectionDialog = dynamic(() =>
  import('./start-protection-dialog').then((module) => module.StartProtectionDialog),
);

/** Which plans people approve before they start. */
export function StartProtection() {
  const t = useTranslations('settings.protection');
  const trpc = useTRPC();
  const current = useQuery(trpc.settings.startProtection.queryOptions());
  const protect = useChange(trpc.settings.protectStart.mutationOptions(), [
    trpc.settings.startProtection.pathFilter(),
  ]);
  const protection = current.data ?? null;
  return (
    <RuleSection
      of="protection"
      isSet={protection !== null}
      error={current.error}
      told={protection ? <Told protection={protection} /> : current.isSuccess && t('none')}
      onRemove={() => protect.mutateAsync({ protection: null })}
      dialog={(close) => <StartProtectionDialog current={protection} onClose={close} />}
    />
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
