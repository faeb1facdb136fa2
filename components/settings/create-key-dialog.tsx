'use client';

import { NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { useFields } from '@/components/form/use-fields';
import type { Role } from '@/components/session/role';
import { RoleSelect } from '@/components/session/role-select';

/** Creates a key and shows it this once. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const [key, setKey] = useState<string | null>(null);
  const create = useChange(trpc.apiKeys.create.mutationOptions(), [trpc.apiKeys.pathFilter()], (made) =>
    setKey(made.key),
  );
  const form = useFields(
    { name: '', role: 'operator' as Role, expiresInDays: 90 as number | undefined },
    create.error,
  );
  const days = form.of('expiresInDays');
  return (
    <FormDialog
      title="Create API key"
      onClose={onClose}
      onSubmit={() => create.mutate(form.values)}
      submit="Create API key"
      sending={create}
      shown={form.shown}
      refused="No key was created"
      once={key === null ? null : { label: 'New API key', value: key }}
    >
      <TextInput
        label="Name"
        description="What uses it, such as the deploy pipeline"
        {...form.text('name')}
        maxLength={80}
        data-autofocus
      />
      <RoleSelect label="Role" {...form.of('role')} />
      <NumberInput
        label="Valid for (days)"
        description="Empty: until it is revoked"
        min={1}
        max={3650}
        allowDecimal={false}
        {...days}
        value={days.value ?? ''}
        onChange={(value) => days.onChange(typeof value === 'number' ? value : undefined)}
      />
    </FormDialog>
  );
}
