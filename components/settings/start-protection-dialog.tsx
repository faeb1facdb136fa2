'use client';

import { useTranslations } from 'use-intl';
import { useTellWarnings } from '@/components/actions/tell-warnings';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { NumberField } from '@/components/form/number-field';
import { LabelField, pairOf } from '@/components/table/label-filter';
import type { StartProtection } from '@/domain/start-approval';
import type { Outputs } from '@/server/api/router';
import { ApprovalRuleFields, type RuleValues, ruleOf, ruleValues } from './approval-rule-fields';

type Values = RuleValues & {
  overTenants: number | string;
  labels: string[];
};

type Sent = Outputs['settings']['protectStart'];

const numberOf = (value: number | string): number | null => (value === '' ? null : Number(value));

/** Says which plans people approve before they start, and who. */
export function StartProtectionDialog(props: { current: StartProtection | null; onClose: () => void }) {
  const { current, onClose } = props;
  const t = useTranslations('settings.protection');
  const trpc = useTRPC();
  const tell = useTellWarnings();
  const protect = useChange(trpc.settings.protectStart.mutationOptions(), [
    trpc.settings.startProtection.pathFilter(),
  ]);
  const start: Values = {
    overTenants: current?.overTenants ?? '',
    labels: current?.labels.map(({ label, equals }) => `${label}=${equals}`) ?? [],
    ...ruleValues(current),
  };
  return (
    <FormDialog<Values, Sent>
      title={t('title')}
      onClose={onClose}
      start={start}
      send={({ overTenants, labels, ...rule }) =>
        protect.mutateAsync({
          protection: {
            ...ruleOf(rule),
            overTenants: numberOf(overTenants),
            labels: labels.map(pairOf).map(([label, equals]) => ({ label, equals })),
          },
        })
      }
      onSent={({ warnings }) => {
        tell(warnings);
        onClose();
      }}
      place={(part) => part.replace(/^protection\./, '').replace(/^labels\..*/, 'labels')}
      submit={t('submit')}
      refused={t('refused')}
    >
      {(form) => (
        <>
          <NumberField
            label={t('overTenants')}
            description={t('overTenantsHint')}
            min={0}
            max={10_000}
            allowDecimal={false}
            {...form.getInputProps('overTenants')}
            data-autofocus
          />
          <LabelField
            label={t('labels')}
            value={form.values.labels}
            onChange={(labels) => form.setFieldValue('labels', labels)}
            error={form.errors.labels}
          />
          <ApprovalRuleFields form={form} notMaker={t('notMaker')} />
        </>
      )}
    </FormDialog>
  );
}
