'use client';

import { Button, Group, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { errorAt } from '@/components/form/server-error';
import { Problem } from '@/components/ui/problem';

/** Takes a secret's value, once: it is sealed and never comes back. */
export function SecretDialog(props: {
  tenantId: string;
  /** Empty for a new one. */
  name: string;
  onSaved: () => void;
  onClose: () => void;
}) {
  const { tenantId, onSaved, onClose } = props;
  const trpc = useTRPC();
  const [name, setName] = useState(props.name);
  const [value, setValue] = useState('');
  const save = useMutation(
    trpc.tenants.setSecret.mutationOptions({
      onSuccess: () => {
        onSaved();
        onClose();
      },
    }),
  );
  const inField = errorAt(save.error, 'name') ?? errorAt(save.error, 'value');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ tenantId, name: name.trim(), value });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={props.name ? `Replace ${props.name}` : `Set a secret of ${tenantId}`}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label="Name"
            description="Letters, digits and _; steps name it as {{secret.NAME}}"
            value={name}
            readOnly={props.name !== ''}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorAt(save.error, 'name')}
            spellCheck={false}
            data-autofocus={props.name === '' || undefined}
          />
          <PasswordInput
            label="Value"
            description="It counts from the next request on, also in plans that run"
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
            error={errorAt(save.error, 'value')}
            autoComplete="off"
            data-autofocus={props.name !== '' || undefined}
          />
          {save.error && !inField && <Problem title="Nothing was set">{errorText(save.error)}</Problem>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button type="submit" loading={save.isPending}>
              Set secret
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
