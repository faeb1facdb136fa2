'use client';

import { Checkbox, Group, NativeSelect, SegmentedControl, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { LabelField, pairOf } from '@/components/table/label-filter';
import { WhenField } from '@/components/ui/when-field';
import type { Inputs } from '@/server/api/router';
import { WEEKS } from './weekdays';
import { WeeklyFields } from './weekly-fields';

type Values = {
  name: string;
  scope: 'all' | 'label' | 'tenant';
  tenantId: string;
  labels: string[];
  kind: 'once' | 'weekly' | 'monthly';
  weeks: string[];
  outside: boolean;
  start: Date | null;
  end: Date | null;
  days: string[];
  from: string;
  to: string;
  timeZone: string;
};

/** Creates a freeze: for whom, and once or every week. */
export function FreezeDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('settings.freezes');
  const words = useTranslations('settings');
  const trpc = useTRPC();
  const create = useChange(trpc.freezes.create.mutationOptions(), [trpc.freezes.pathFilter()]);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const start: Values = {
    ...{ name: '', scope: 'all', tenantId: '', labels: [] },
    ...{ kind: 'once', start: null, end: null },
    ...{ weeks: [], outside: false },
    ...{ days: [], from: '22:00', to: '06:00', timeZone: zone },
  };
  return (
    <FormDialog<Values, unknown>
      title={t('dialog.title')}
      onClose={onClose}
      start={start}
      // Without a label it would be for everybody.
      check={({ scope, labels }): Record<string, string> =>
        scope === 'label' && labels.length === 0 ? { labels: t('dialog.noLabel') } : {}
      }
      send={(values) => create.mutateAsync(freezeOf(values))}
      place={(part, { kind }) => (kind === 'once' ? MOMENTS : WEEK)[part] ?? null}
      submit={t('dialog.submit')}
      refused={t('dialog.refused')}
    >
      {(form) => {
        const { scope, kind } = form.values;
        return (
          <>
            <TextInput
              label={words('name')}
              description={t('dialog.nameHint')}
              {...form.getInputProps('name')}
              maxLength={120}
              data-autofocus
            />
            <NativeSelect
              label={t('for')}
              {...form.getInputProps('scope')}
              data={[
                { value: 'all', label: t('all') },
                { value: 'label', label: t('dialog.labelled') },
                { value: 'tenant', label: t('dialog.one') },
              ]}
            />
            {scope === 'tenant' && (
              <TextInput
                label={t('dialog.tenantId')}
                {...form.getInputProps('tenantId')}
                spellCheck={false}
              />
            )}
            {scope === 'label' && (
              <LabelField
                value={form.values.labels}
                onChange={(labels) => form.setFieldValue('labels', labels)}
                error={form.errors.labels}
              />
            )}
            <SegmentedControl
              aria-label={t('dialog.often')}
              {...form.getInputProps('kind')}
              data={[
                { value: 'once', label: t('dialog.once') },
                { value: 'weekly', label: t('dialog.weekly') },
                { value: 'monthly', label: t('dialog.monthly') },
              ]}
            />
            {kind === 'once' ? (
              <SimpleGrid cols={{ base: 1, xs: 2 }}>
                {(['start', 'end'] as const).map((field) => (
                  <WhenField
                    key={field}
                    label={t(field === 'start' ? 'dialog.from' : 'dialog.to')}
                    description={t('dialog.onClock', { zone })}
                    {...form.getInputProps(field)}
                    value={form.values[field]}
                  />
                ))}
              </SimpleGrid>
            ) : (
              <>
                {kind === 'monthly' && (
                  <Checkbox.Group label={t('dialog.weeks')} {...form.getInputProps('weeks')}>
                    <Group gap="sm" mt={4}>
                      {WEEKS.map((week) => (
                        <Checkbox key={week} value={week} label={t(`weeks.${week}`)} />
                      ))}
                    </Group>
                  </Checkbox.Group>
                )}
                <WeeklyFields values={form.values} props={(field) => form.getInputProps(field)} />
                <Checkbox
                  label={t('dialog.outside')}
                  description={t('dialog.outsideHint')}
                  {...form.getInputProps('outside', { type: 'checkbox' })}
                />
              </>
            )}
            <Text size="sm" c="dimmed">
              {t('dialog.counts')}
            </Text>
          </>
        );
      }}
    </FormDialog>
  );
}

/** The fields of the parts that the server has other names for. */
const MOMENTS: Record<string, string> = { 'window.from': 'start', 'window.to': 'end' };
const WEEK: Record<string, string> = {
  'window.days': 'days',
  'window.weeks': 'weeks',
  'window.from': 'from',
  'window.to': 'to',
  'window.timeZone': 'timeZone',
};

function freezeOf({ name, scope, tenantId, labels, ...when }: Values): Inputs['freezes']['create'] {
  const { kind, start, end, days, weeks, outside, from, to, timeZone } = when;
  const hours = {
    ...{ days: days.map(Number).sort(), from, to, timeZone: timeZone.trim() },
    ...(outside && { outside }),
  };
  return {
    name,
    tenantId: scope === 'tenant' ? tenantId.trim() : null,
    labels: scope === 'label' ? Object.fromEntries(labels.map(pairOf)) : null,
    window:
      kind === 'once'
        ? { kind, from: start?.toISOString() ?? '', to: end?.toISOString() ?? '' }
        : kind === 'weekly'
          ? { kind, ...hours }
          : { kind, weeks: weeks.map(Number).sort((a, b) => a - b), ...hours },
  };
}
