'use client';

import {
  Button,
  Checkbox,
  Group,
  Modal,
  NativeSelect,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { errorAt, fieldMessage, fieldOf } from '@/components/form/server-error';
import { LabelFilter } from '@/components/table/label-filter';
import { Problem } from '@/components/ui/problem';
import { WhenField } from '@/components/ui/when-field';
import { WEEKDAYS } from './weekdays';

type Scope = 'all' | 'label' | 'tenant';

/** Creates a freeze: for whom, and once or every week. */
export function FreezeDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('all');
  const [tenantId, setTenantId] = useState('');
  const [labels, setLabels] = useState<string[]>([]);
  const [kind, setKind] = useState<'once' | 'weekly'>('once');
  const [once, setOnce] = useState<{ from: Date | null; to: Date | null }>({ from: null, to: null });
  const [days, setDays] = useState<string[]>([]);
  const [times, setTimes] = useState({ from: '22:00', to: '06:00' });
  const [timeZone, setTimeZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const create = useMutation(
    trpc.freezes.create.mutationOptions({
      onSuccess: () => {
        void queries.invalidateQueries(trpc.freezes.pathFilter());
        onClose();
      },
    }),
  );
  const [noLabel, setNoLabel] = useState(false);
  function submit(event: FormEvent) {
    event.preventDefault();
    // Without a label it would be for everybody.
    setNoLabel(scope === 'label' && labels.length === 0);
    if (scope === 'label' && labels.length === 0) return;
    create.mutate({
      name,
      tenantId: scope === 'tenant' ? tenantId.trim() : null,
      labels: scope === 'label' ? Object.fromEntries(labels.map(pairOf)) : null,
      window:
        kind === 'once'
          ? { kind, from: once.from?.toISOString() ?? '', to: once.to?.toISOString() ?? '' }
          : { kind, days: days.map(Number).sort(), ...times, timeZone: timeZone.trim() },
    });
  }
  const { error } = create;
  const at = (field: string) => errorAt(error, field);
  const shown = ['name', 'tenantId', 'window.from', 'window.to', 'window.timeZone'];
  return (
    <Modal opened onClose={onClose} title="Create a freeze">
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label="Name"
            description="Why tenants wait, such as Black Friday"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={at('name')}
            maxLength={120}
            data-autofocus
          />
          <NativeSelect
            label="For"
            value={scope}
            onChange={(event) => setScope(event.currentTarget.value as Scope)}
            data={[
              { value: 'all', label: 'All tenants' },
              { value: 'label', label: 'Tenants with a label' },
              { value: 'tenant', label: 'One tenant' },
            ]}
          />
          {scope === 'tenant' && (
            <TextInput
              label="Tenant id"
              value={tenantId}
              onChange={(event) => setTenantId(event.currentTarget.value)}
              error={at('tenantId')}
              spellCheck={false}
            />
          )}
          {scope === 'label' && <LabelFilter value={labels} onChange={setLabels} />}
          {noLabel && <Problem>Choose at least one label.</Problem>}
          <SegmentedControl
            aria-label="How often"
            value={kind}
            onChange={(next) => setKind(next as 'once' | 'weekly')}
            data={[
              { value: 'once', label: 'Once' },
              { value: 'weekly', label: 'Every week' },
            ]}
          />
          {kind === 'once' ? (
            <Group grow align="flex-start">
              <WhenField
                label="From"
                value={once.from}
                onChange={(from) => setOnce({ ...once, from })}
                error={at('window.from')}
              />
              <WhenField
                label="To"
                value={once.to}
                onChange={(to) => setOnce({ ...once, to })}
                error={at('window.to')}
              />
            </Group>
          ) : (
            <>
              <Checkbox.Group label="Begins on" value={days} onChange={setDays}>
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
                <TextInput
                  type="time"
                  label="From"
                  value={times.from}
                  onChange={(event) => setTimes({ ...times, from: event.currentTarget.value })}
                  error={at('window.from')}
                />
                <TextInput
                  type="time"
                  label="To"
                  description={times.to <= times.from ? 'On the next day' : undefined}
                  inputWrapperOrder={['label', 'input', 'description', 'error']}
                  value={times.to}
                  onChange={(event) => setTimes({ ...times, to: event.currentTarget.value })}
                  error={at('window.to')}
                />
              </Group>
              <TextInput
                label="Time zone"
                value={timeZone}
                onChange={(event) => setTimeZone(event.currentTarget.value)}
                error={at('window.timeZone')}
                spellCheck={false}
              />
            </>
          )}
          {error && !shown.some(at) && (
            <Problem title="No freeze was created">
              {fieldOf(error) ? fieldMessage(error) : errorText(error)}
            </Problem>
          )}
          <Text size="sm" c="dimmed">
            It counts as soon as it is created. Rollbacks start in spite of it.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create freeze
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function pairOf(label: string): [string, string] {
  const at = label.indexOf('=');
  return [label.slice(0, at), label.slice(at + 1)];
}
