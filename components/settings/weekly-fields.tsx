'use client';

import { Checkbox, type CheckboxGroupProps, Group, TextInput, type TextInputProps } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { WEEKDAYS } from './weekdays';

/** What is written of hours that come each week. */
export interface WeeklyValues {
  days: string[];
  from: string;
  to: string;
  timeZone: string;
}

/** When something begins and ends each week; `props` are those of the form for each field. */
export function WeeklyFields({
  values: { from, to },
  props,
}: {
  values: WeeklyValues;
  props: (field: keyof WeeklyValues) => object;
}) {
  const t = useTranslations('settings.freezes');
  return (
    <>
      <Checkbox.Group label={t('dialog.begins')} {...(props('days') as Omit<CheckboxGroupProps, 'children'>)}>
        <Group gap="sm" mt={4}>
          {WEEKDAYS.map((day) => (
            <Checkbox key={day} value={day} label={t(`days.${day}`)} />
          ))}
        </Group>
      </Checkbox.Group>
      <Group grow align="flex-start">
        <TextInput type="time" label={t('dialog.from')} {...(props('from') as TextInputProps)} />
        <TextInput
          type="time"
          label={t('dialog.to')}
          description={to <= from ? t('dialog.nextDay') : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          {...(props('to') as TextInputProps)}
        />
      </Group>
      <TextInput label={t('dialog.zone')} {...(props('timeZone') as TextInputProps)} spellCheck={false} />
    </>
  );
}
