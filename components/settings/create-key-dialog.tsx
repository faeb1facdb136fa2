'use client';

import {
  Button,
  CopyButton,
  Group,
  Modal,
  NativeSelect,
  NumberInput,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { errorAt } from '@/components/form/server-error';
import { Problem } from '@/components/ui/problem';

const ROLES = ['viewer', 'operator', 'admin'] as const;

/** Creates a key and shows it this once. */
export function CreateKeyDialog(props: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="Create API key">
      <CreateKeyForm onClose={props.onClose} />
    </Modal>
  );
}

function CreateKeyForm({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const t = useTranslations('shell');
  const [name, setName] = useState('');
  const [role, setRole] = useState<(typeof ROLES)[number]>('operator');
  const [days, setDays] = useState<number | undefined>(90);
  const create = useMutation(
    trpc.apiKeys.create.mutationOptions({
      onSuccess: () => void queries.invalidateQueries(trpc.apiKeys.pathFilter()),
    }),
  );
  if (create.data) return <NewKey value={create.data.key} onClose={onClose} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ name, role, expiresInDays: days });
  };
  const inField = errorAt(create.error, 'name') ?? errorAt(create.error, 'expiresInDays');
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          description="What uses it, such as the deploy pipeline"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={errorAt(create.error, 'name')}
          maxLength={80}
          data-autofocus
        />
        <NativeSelect
          label="Role"
          value={role}
          onChange={(event) => setRole(ROLES.find((one) => one === event.currentTarget.value) ?? 'viewer')}
          data={ROLES.map((value) => ({ value, label: t(`roles.${value}`) }))}
        />
        <NumberInput
          label="Valid for (days)"
          description="Empty: until it is revoked"
          value={days ?? ''}
          min={1}
          max={3650}
          allowDecimal={false}
          onChange={(value) => setDays(typeof value === 'number' ? value : undefined)}
          error={errorAt(create.error, 'expiresInDays')}
        />
        {create.error && !inField && <Problem title="No key was created">{errorText(create.error)}</Problem>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create API key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function NewKey({ value, onClose }: { value: string; onClose: () => void }) {
  return (
    <Stack>
      <Text>Copy it now: it is not shown again.</Text>
      <TextInput
        label="New API key"
        value={value}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <Group justify="flex-end">
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
