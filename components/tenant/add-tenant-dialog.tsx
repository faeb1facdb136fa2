'use client';

import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { errorAt, fieldMessage } from '@/components/form/server-error';
import { Problem } from '@/components/ui/problem';

/** Adds one tenant by hand. */
export function AddTenantDialog(props: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="Add tenant">
      <AddTenantForm onClose={props.onClose} />
    </Modal>
  );
}

function AddTenantForm({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [form, setForm] = useState({ tenantId: '', name: '', urls: '', labels: '' });
  const save = useMutation(
    trpc.tenants.upsert.mutationOptions({
      onSuccess: ({ tenantId }) => {
        notifications.show({ message: `${tenantId} added.` });
        void queries.invalidateQueries(trpc.tenants.pathFilter());
        onClose();
      },
    }),
  );
  const change = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const tenantId = form.tenantId.trim();
    save.mutate({
      tenantId,
      name: form.name.trim() || undefined,
      endpoints: lines(form.urls).map((url, index) => ({ key: `${tenantId}-${index + 1}`, url })),
      labels: Object.fromEntries(lines(form.labels).map(labelPair)),
    });
  };
  const at = (field: string) => errorAt(save.error, field);
  const elsewhere = save.error && !['tenantId', 'name', 'endpoints', 'labels'].some(at);
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Tenant id"
          description="Letters, digits, _ and -"
          value={form.tenantId}
          onChange={(event) => change({ tenantId: event.currentTarget.value })}
          error={at('tenantId')}
          spellCheck={false}
          data-autofocus
        />
        <TextInput
          label="Name"
          placeholder={form.tenantId || 'As the id'}
          value={form.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          error={at('name')}
        />
        <Textarea
          label="Instances"
          description="One http or https address on each line"
          placeholder="http://10.0.0.5:8080"
          value={form.urls}
          onChange={(event) => change({ urls: event.currentTarget.value })}
          error={at('endpoints')}
          autosize
          minRows={2}
          spellCheck={false}
        />
        <Textarea
          label="Labels"
          description="One on each line, such as region=eu"
          placeholder="region=eu"
          value={form.labels}
          onChange={(event) => change({ labels: event.currentTarget.value })}
          error={at('labels')}
          autosize
          minRows={2}
          spellCheck={false}
        />
        {elsewhere && (
          <Problem title="The tenant was not added">
            {fieldMessage(save.error) || errorText(save.error)}
          </Problem>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={save.isPending}>
            Add tenant
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function lines(text: string): string[] {
  return text
    .split(/[\n;]/)
    .map((line) => line.trim())
    .filter(Boolean);
}

function labelPair(line: string): [string, string] {
  const at = line.search(/[=:]/);
  return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
