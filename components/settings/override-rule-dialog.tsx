'use client';

import { useTranslations } from 'use-intl';
import { useTellWarnings } from '@/components/actions/tell-warnings';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import type { ApprovalRule } from '@/domain/approval';
import type { Outputs } from '@/server/api/router';
import { ApprovalRuleFields, type RuleValues, ruleOf, ruleValues } from './approval-rule-fields';

type Sent = Outputs['settings']['guardOverrides'];

/** Says who grants that freezes do not hold a plan. */
export function OverrideRuleDialog(props: { current: ApprovalRule | null; onClose: () => void }) {
  const { current, onClose } = props;
  const t = useTranslations('settings.overrides');
  const trpc = useTRPC();
  const tell = useTellWarnings();
  const guard = useChange(trpc.settings.guardOverrides.mutationOptions(), [
    trpc.settings.freezeOverride.pathFilter(),
  ]);
  return (
    <FormDialog<RuleValues, Sent>
      title={t('title')}
      onClose={onClose}
      start={ruleValues(current)}
      send={(values) => guard.mutateAsync({ rule: ruleOf(values) })}
      onSent={({ warnings }) => {
        tell(warnings);
        onClose();
      }}
      place={(part) => part.replace(/^rule\./, '')}
      submit={t('submit')}
      refused={t('refused')}
    >
      {(form) => <ApprovalRuleFields form={form} notMaker={t('notMaker')} />}
    </FormDialog>
  );
}
