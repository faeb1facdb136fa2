'use client';

import { Button, CopyButton, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { errorAt } from '@/components/form/server-error';
import { Problem } from '@/components/ui/problem';

const ROLES = ['viewer', 'operator', 'admin'] as const;

/** Makes a link with which one person makes their account, and shows it this once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const t = useTranslations('shell');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<(typeof ROLES)[number]>('operator');
  const invite = useMutation(
    trpc.members.invite.mutationOptions({
      onSuccess: () => void queries.invalidateQueries(trpc.members.pathFilter()),
    }),
  );
  const link = invite.data && `${location.origin}${invite.data.path}`;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate({ email: email.trim(), role });
  };
  return (
    <Modal opened onClose={onClose} title="Invite somebody">
      {link ? (
        <Stack>
          <Text>Send this link to {email}. It works once, for three days, and is not shown again.</Text>
          <TextInput
            label="Invite link"
            value={link}
            readOnly
            onFocus={(event) => event.currentTarget.select()}
          />
          <Group justify="flex-end">
            <CopyButton value={link}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {copied ? 'Copied' : 'Copy'}
                </Button>
              )}
            </CopyButton>
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label="E-mail"
              description="They sign in with it. Nothing is sent: you get a link to pass on."
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              error={errorAt(invite.error, 'email')}
              autoComplete="off"
              data-autofocus
            />
            <NativeSelect
              label="Role"
              value={role}
              onChange={(event) =>
                setRole(ROLES.find((one) => one === event.currentTarget.value) ?? 'viewer')
              }
              data={ROLES.map((value) => ({ value, label: t(`roles.${value}`) }))}
            />
            {invite.error && !errorAt(invite.error, 'email') && (
              <Problem title="Nobody was invited">{errorText(invite.error)}</Problem>
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                Close
              </Button>
              <Button type="submit" loading={invite.isPending}>
                Make the link
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
