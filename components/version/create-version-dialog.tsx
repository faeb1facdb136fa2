'use client';

import { Autocomplete, Button, Group, Modal, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { errorAt } from '@/components/form/server-error';
import { Problem } from '@/components/ui/problem';
import type { Outputs } from '@/server/api/router';

type Unit = Outputs['versions']['list']['items'][number];
type Format = 'json' | 'text';

const FIELDS = ['unitId', 'version', 'payload', 'note'] as const;

/** Writes a new version of a unit, or the first one of a new unit. */
export function CreateVersionDialog(props: { opened: boolean; onClose: () => void; units: readonly Unit[] }) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="Create version" size="lg">
      <CreateVersionForm units={props.units} onClose={props.onClose} />
    </Modal>
  );
}

function CreateVersionForm({ units, onClose }: { units: readonly Unit[]; onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [form, setForm] = useState({
    unitId: units.length === 1 ? (units[0]?.unitId ?? '') : '',
    version: '',
    note: '',
    format: 'json' as Format,
    payload: '',
  });
  const change = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const create = useMutation(
    trpc.versions.create.mutationOptions({
      onSuccess: ({ unitId, version }) => {
        notifications.show({ message: `${unitId} ${version} created.` });
        void queries.invalidateQueries(trpc.versions.pathFilter());
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ ...form, unitId: form.unitId.trim(), version: form.version.trim() });
  };
  const at = (field: (typeof FIELDS)[number]) => errorAt(create.error, field);
  const elsewhere = create.error && !FIELDS.some(at);
  return (
    <form onSubmit={submit}>
      <Stack>
        <Group grow align="flex-start">
          <Autocomplete
            label="Unit"
            description="One that exists, or a new id"
            placeholder="gateway"
            data={units.map((unit) => unit.unitId)}
            value={form.unitId}
            onChange={(unitId) => change({ unitId })}
            error={at('unitId')}
          />
          <TextInput
            label="Version"
            description="Never changes once created"
            placeholder="v2"
            value={form.version}
            onChange={(event) => change({ version: event.currentTarget.value })}
            error={at('version')}
            spellCheck={false}
          />
        </Group>
        <Group grow align="flex-start">
          <TextInput
            label="Note"
            placeholder="What is new"
            value={form.note}
            onChange={(event) => change({ note: event.currentTarget.value })}
            error={at('note')}
          />
          <NativeSelect
            label="Format"
            value={form.format}
            onChange={(event) => change({ format: event.currentTarget.value === 'text' ? 'text' : 'json' })}
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
          value={form.payload}
          onChange={(event) => change({ payload: event.currentTarget.value })}
          error={at('payload')}
          autosize
          minRows={8}
          maxRows={20}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        {elsewhere && <Problem title="The version was not created">{errorText(create.error)}</Problem>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create version
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
