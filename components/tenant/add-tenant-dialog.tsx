'use client';

import { Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { useFields } from '@/components/form/use-fields';

/** Adds one tenant by hand. */
export function AddTenantDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const save = useChange(trpc.tenants.upsert.mutationOptions(), [trpc.tenants.pathFilter()], (added) => {
    notifications.show({ message: `${added.tenantId} added.` });
    onClose();
  });
  const form = useFields({ tenantId: '', name: '', endpoints: '', labels: '' }, save.error);
  const { values } = form;
  const tenantId = values.tenantId.trim();
  return (
    <FormDialog
      title="Add tenant"
      onClose={onClose}
      onSubmit={() =>
        save.mutate({
          tenantId,
          name: values.name.trim() || undefined,
          endpoints: lines(values.endpoints).map((url, index) => ({ key: `${tenantId}-${index + 1}`, url })),
          labels: Object.fromEntries(lines(values.labels).map(labelPair)),
        })
      }
      submit="Add tenant"
      sending={save}
      shown={form.shown}
      refused="The tenant was not added"
    >
      <TextInput
        label="Tenant id"
        description="Letters, digits, _ and -"
        {...form.text('tenantId')}
        spellCheck={false}
        data-autofocus
      />
      <TextInput label="Name" placeholder={values.tenantId || 'As the id'} {...form.text('name')} />
      <Textarea
        label="Instances"
        description="One http or https address on each line"
        placeholder="http://10.0.0.5:8080"
        {...form.text('endpoints')}
        {...WRITTEN_IN_LINES}
      />
      <Textarea
        label="Labels"
        description="One on each line, such as region=eu"
        placeholder="region=eu"
        {...form.text('labels')}
        {...WRITTEN_IN_LINES}
      />
    </FormDialog>
  );
}

const WRITTEN_IN_LINES = { autosize: true, minRows: 2, spellCheck: false } as const;

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
