'use client';

import { Checkbox, Group, NativeSelect, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { errorAt } from '@/components/form/server-error';
import { useFields } from '@/components/form/use-fields';
import { LabelFilter } from '@/components/table/label-filter';
import { Problem } from '@/components/ui/problem';
import { WhenField } from '@/components/ui/when-field';
import { WEEKDAYS } from './weekdays';

type Scope = 'all' | 'label' | 'tenant';
type Kind = 'once' | 'weekly';

const FIELDS = ['name', 'tenantId', 'window.from', 'window.to', 'window.timeZone'];

/** Creates a freeze: for whom, and once or every week. */
export function FreezeDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const create = useChange(trpc.freezes.create.mutationOptions(), [trpc.freezes.pathFilter()], onClose);
  const at = (field: string) => errorAt(create.error, field);
  const form = useFields(
    {
      name: '',
      scope: 'all' as Scope,
      tenantId: '',
      labels: [] as string[],
      kind: 'once' as Kind,
      start: null as Date | null,
      end: null as Date | null,
      days: [] as string[],
      from: '22:00',
      to: '06:00',
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    create.error,
  );
  const { name, scope, tenantId, labels, kind, start, end, days, from, to, timeZone } = form.values;
  const [noLabel, setNoLabel] = useState(false);
  function submit() {
    // Without a label it would be for everybody.
    const missing = scope === 'label' && labels.length === 0;
    setNoLabel(missing);
    if (missing) return create.reset();
    create.mutate({
      name,
      tenantId: scope === 'tenant' ? tenantId.trim() : null,
      labels: scope === 'label' ? Object.fromEntries(labels.map(pairOf)) : null,
      window:
        kind === 'once'
          ? { kind, from: start?.toISOString() ?? '', to: end?.toISOString() ?? '' }
          : { kind, days: days.map(Number).sort(), from, to, timeZone: timeZone.trim() },
    });
  }
  return (
    <FormDialog
      title="Create a freeze"
      onClose={onClose}
      onSubmit={submit}
      submit="Create freeze"
      sending={create}
      shown={FIELDS}
      refused="No freeze was created"
    >
      <TextInput
        label="Name"
        description="Why tenants wait, such as Black Friday"
        {...form.text('name')}
        maxLength={120}
        data-autofocus
      />
      <NativeSelect
        label="For"
        {...form.text('scope')}
        data={[
          { value: 'all', label: 'All tenants' },
          { value: 'label', label: 'Tenants with a label' },
          { value: 'tenant', label: 'One tenant' },
        ]}
      />
      {scope === 'tenant' && <TextInput label="Tenant id" {...form.text('tenantId')} spellCheck={false} />}
      {scope === 'label' && (
        // A box of its own: the filter grows along a row, not down a form.
        <div>
          <LabelFilter {...form.of('labels')} />
        </div>
      )}
      {noLabel && <Problem>Choose at least one label.</Problem>}
      <SegmentedControl
        aria-label="How often"
        value={kind}
        onChange={(next) => form.change({ kind: next as Kind })}
        data={[
          { value: 'once', label: 'Once' },
          { value: 'weekly', label: 'Every week' },
        ]}
      />
      {kind === 'once' ? (
        <Group grow align="flex-start">
          <WhenField label="From" {...form.of('start')} error={at('window.from')} />
          <WhenField label="To" {...form.of('end')} error={at('window.to')} />
        </Group>
      ) : (
        <>
          <Checkbox.Group label="Begins on" {...form.of('days')}>
            <Group gap="sm" mt={4}>
              {WEEKDAYS.map((day, index) => (
                <Checkbox
                  key={day}
                  value={String(index + 1)}
                  label={day.slice(0, 3)}
                  iconColor="var(--mantine-primary-color-contrast)"
                />
              ))}
            </Group>
          </Checkbox.Group>
          <Group grow align="flex-start">
            <TextInput type="time" label="From" {...form.text('from')} error={at('window.from')} />
            <TextInput
              type="time"
              label="To"
              description={to <= from ? 'On the next day' : undefined}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              {...form.text('to')}
              error={at('window.to')}
            />
          </Group>
          <TextInput
            label="Time zone"
            {...form.text('timeZone')}
            error={at('window.timeZone')}
            spellCheck={false}
          />
        </>
      )}
      <Text size="sm" c="dimmed">
        It counts as soon as it is created. Rollbacks start in spite of it.
      </Text>
    </FormDialog>
  );
}

function pairOf(label: string): [string, string] {
  const at = label.indexOf('=');
  return [label.slice(0, at), label.slice(at + 1)];
}
