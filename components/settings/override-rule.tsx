'use client';

import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { RuleSection } from './rule-section';

const OverrideRuleDialog = dynamic(() =>
  import('./override-rule-dialog').then((module) => module.OverrideRuleDialog),
);

/** Who grants that freezes do not hold a plan. */
export function OverrideRule() {
  const t = useTranslations('settings.overrides');
  const told = useTranslations('settings.protection.told');
  const trpc = useTRPC();
  const current = useQuery(trpc.settings.freezeOverride.queryOptions());
  const guard = useChange(trpc.settings.guardOverrides.mutationOptions(), [
    trpc.settings.freezeOverride.pathFilter(),
  ]);
  const rule = current.data ?? null;
  const sentences = rule && [
    told(`needs.${rule.role}`, { count: rule.needs }),
    rule.group !== undefined && told('group', { group: rule.group }),
    rule.notMaker && t('notMakerTold'),
    t('removedByAdmins'),
  ];
  return (
    <RuleSection
      of="overrides"
      isSet={rule !== null}
      error={current.error}
      told={sentences ? sentences.filter(Boolean).join(' ') : current.isSuccess && t('none')}
      onRemove={() => guard.mutateAsync({ rule: null })}
      dialog={(close) => <OverrideRuleDialog current={rule} onClose={close} />}
    />
  );
}
