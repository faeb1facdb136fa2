'use client';

import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { useFields } from '@/components/form/use-fields';
import type { Role } from '@/components/session/role';
import { RoleSelect } from '@/components/session/role-select';

/** Makes a link with which one person makes their account, and shows it this once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const [path, setPath] = useState<string | null>(null);
  const invite = useChange(trpc.members.invite.mutationOptions(), [trpc.members.pathFilter()], (made) =>
    setPath(made.path),
  );
  const form = useFields({ email: '', role: 'operator' as Role }, invite.error);
  const { email, role } = form.values;
  const about = `Send this link to ${email}. It works once, for three days.`;
  return (
    <FormDialog
      title="Invite somebody"
      onClose={onClose}
      onSubmit={() => invite.mutate({ email: email.trim(), role })}
      submit="Make the link"
      sending={invite}
      shown={form.shown}
      refused="Nobody was invited"
      once={path === null ? null : { label: 'Invite link', value: `${location.origin}${path}`, about }}
    >
      <TextInput
        label="E-mail"
        description="They sign in with it. Nothing is sent: you get a link to pass on."
        {...form.text('email')}
        autoComplete="off"
        data-autofocus
      />
      <RoleSelect label="Role" {...form.of('role')} />
    </FormDialog>
  );
}
