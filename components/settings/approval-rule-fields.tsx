'use client';

import { Checkbox, Group, NativeSelect, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { Form } from '@/components/form/form-dialog';
import { NumberField } from '@/components/form/number-field';
import type { ApprovalRule } from '@/domain/approval';

/** What is asked of those who approve something, as it is typed. */
export type RuleValues = {
  needs: number | string;
  role: ApprovalRule['role'];
  notMaker: boolean;
  group: string;
};

export const ruleValues = (rule: ApprovalRule | null): RuleValues => ({
  needs: rule?.needs ?? 1,
  role: rule?.role ?? 'operator',
  notMaker: rule?.notMaker ?? true,
  group: rule?.group ?? '',
});

/** As it is sent. */
export const ruleOf = ({ needs, role, notMaker, group }: RuleValues): ApprovalRule => ({
  ...{ needs: needs === '' ? 1 : Number(needs), role, notMaker },
  ...(group.trim() === '' ? {} : { group: group.trim() }),
});

/** How many people, of which role or group, and whether it takes somebody else; `notMaker` says whom that leaves out. */
export function ApprovalRuleFields<Values extends RuleValues>(props: {
  form: Form<Values>;
  notMaker: string;
}) {
  const { form } = props;
  const t = useTranslations('settings.protection');
  return (
    <>
      <Group grow align="flex-end">
        <NumberField
          label={t('needs')}
          min={1}
          max={10}
          allowDecimal={false}
          {...form.getInputProps('needs')}
        />
        <NativeSelect
          label={t('role')}
          {...form.getInputProps('role')}
          data={[
            { value: 'operator', label: t('roles.operator') },
            { value: 'admin', label: t('roles.admin') },
          ]}
        />
      </Group>
      <TextInput
        label={t('group')}
        description={t('groupHint')}
        {...form.getInputProps('group')}
        maxLength={256}
        spellCheck={false}
        autoComplete="off"
      />
      <Checkbox label={props.notMaker} {...form.getInputProps('notMaker', { type: 'checkbox' })} />
    </>
  );
}
