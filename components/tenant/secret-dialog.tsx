'use client';

import { PasswordInput, TextInput } from '@mantine/core';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { useFields } from '@/components/form/use-fields';

/** Takes a secret's value, once: it is sealed and never comes back. */
export function SecretDialog(props: {
  tenantId: string;
  /** Empty for a new one. */
  name: string;
  onClose: () => void;
}) {
  const { tenantId, onClose } = props;
  const trpc = useTRPC();
  const save = useChange(trpc.tenants.setSecret.mutationOptions(), [trpc.tenants.get.pathFilter()], onClose);
  const form = useFields({ name: props.name, value: '' }, save.error);
  const { name, value } = form.values;
  const isNew = props.name === '';
  return (
    <FormDialog
      title={isNew ? `Set a secret of ${tenantId}` : `Replace ${props.name}`}
      onClose={onClose}
      onSubmit={() => save.mutate({ tenantId, name: name.trim(), value })}
      submit="Set secret"
      sending={save}
      shown={form.shown}
      refused="Nothing was set"
    >
      <TextInput
        label="Name"
        description="Letters, digits and _; steps name it as {{secret.NAME}}"
        {...form.text('name')}
        readOnly={!isNew}
        spellCheck={false}
        data-autofocus={isNew || undefined}
      />
      <PasswordInput
        label="Value"
        description="It counts from the next request on, also in plans that run"
        {...form.text('value')}
        autoComplete="off"
        data-autofocus={!isNew || undefined}
      />
    </FormDialog>
  );
}
