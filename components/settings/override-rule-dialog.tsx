'use client';

import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import type { ApprovalRule } from '@/domain/approval';
import { ApprovalRuleFields, type RuleValues, ruleOf, ruleValues } from './approval-rule-fields';

/** Says who grants that freezes do not hold a plan. */
export function OverrideRuleDialog(props: { current: ApprovalRule | null; onClose: () => void }) {
  const { current, onClose } = props;
  const t = useTranslations('settings.overrides');
  const trpc = useTRPC();
  const guard = useChange(trpc.settings.guardOverrides.mutationOptions(), [
    trpc.settings.freezeOverride.pathFilter(),
  ]);
  return (
    <FormDialog<RuleValues, unknown>
      title={t('title')}
      onClose={onClose}
      start={ruleValues(current)}
      send={(values) => guard.mutateAsync({ rule: ruleOf(values) })}
      place={(part) => part.replace(/^rule\./, '')}
      submit={t('submit')}
      refused={t('refused')}
    >
      {(form) => <ApprovalRuleFields form={form} notMaker={t('notMaker')} />}
    </FormDialog>
  );
}
