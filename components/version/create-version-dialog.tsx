'use client';

import { Autocomplete, Group, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { useFields } from '@/components/form/use-fields';
import type { Outputs } from '@/server/api/router';

type Unit = Outputs['versions']['list']['items'][number];
type Format = 'json' | 'text';

/** Writes a new version of a unit, or the first one of a new unit. */
export function CreateVersionDialog({ units, onClose }: { units: readonly Unit[]; onClose: () => void }) {
  const trpc = useTRPC();
  const create = useChange(trpc.versions.create.mutationOptions(), [trpc.versions.pathFilter()], (made) => {
    notifications.show({ message: `${made.unitId} ${made.version} created.` });
    onClose();
  });
  const [only] = units.length === 1 ? units : [];
  const form = useFields(
    { unitId: only?.unitId ?? '', version: '', note: '', format: 'json' as Format, payload: '' },
    create.error,
  );
  const { values } = form;
  return (
    <FormDialog
      title="Create version"
      size="lg"
      onClose={onClose}
      onSubmit={() =>
        create.mutate({ ...values, unitId: values.unitId.trim(), version: values.version.trim() })
      }
      submit="Create version"
      sending={create}
      shown={form.shown}
      refused="The version was not created"
    >
      <Group grow align="flex-start">
        <Autocomplete
          label="Unit"
          description="One that exists, or a new id"
          placeholder="gateway"
          data={units.map((unit) => unit.unitId)}
          {...form.of('unitId')}
        />
        <TextInput
          label="Version"
          description="Never changes once created"
          placeholder="v2"
          {...form.text('version')}
          spellCheck={false}
        />
      </Group>
      <Group grow align="flex-start">
        <TextInput label="Note" placeholder="What is new" {...form.text('note')} />
        <NativeSelect
          label="Format"
          {...form.text('format')}
          data={[
            { value: 'json', label: 'JSON' },
            { value: 'text', label: 'Text' },
          ]}
        />
      </Group>
      <Textarea
        label="Configuration"
        description="{{tenant.id}}, {{tenant.name}} and {{tenant.labels.region}} are filled in for each tenant"
        placeholder={'{\n  "version": "v2"\n}'}
        {...form.text('payload')}
        autosize
        minRows={8}
        maxRows={20}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
    </FormDialog>
  );
}
