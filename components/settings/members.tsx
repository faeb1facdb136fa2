'use client';

import { Stack, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { nextOf, useListed, useWhole } from '@/components/api/pages';
import { ROLES, type Role, useRoleRefusal } from '@/components/session/role';
import { RoleSelect } from '@/components/session/role-select';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { NameCell } from '@/components/ui/name-cell';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import type { Outputs } from '@/server/api/router';

const InviteDialog = dynamic(() => import('./invite-dialog').then((module) => module.InviteDialog));

type Member = Outputs['members']['list']['items'][number];
type Invite = Outputs['members']['invites']['items'][number];
type Asking =
  | { what: 'role'; member: Member; role: Role }
  | { what: 'remove'; member: Member }
  | { what: 'uninvite'; invite: Invite };

/** Who may sign in, with which role, and who is invited. */
export function Members() {
  const trpc = useTRPC();
  const t = useTranslations('shell');
  const refusal = useRoleRefusal('admin');
  const options = { enabled: refusal === null, getNextPageParam: nextOf };
  const list = useInfiniteQuery(trpc.members.list.infiniteQueryOptions({}, options));
  const invited = useInfiniteQuery(trpc.members.invites.infiniteQueryOptions({}, options));
  // All of them: whether somebody is the only administrator is seen in no part.
  const members = useWhole(list) ?? [];
  const invites = useListed(invited, (invite) => invite.inviteId);
  const changed = [trpc.members.pathFilter()];
  const setRole = useChange(trpc.members.setRole.mutationOptions(), changed);
  const remove = useChange(trpc.members.remove.mutationOptions(), changed);
  const [inviting, setInviting] = useState(false);
  const [asking, setAsking] = useState<Asking | null>(null);
  if (refusal) return <Text c="dimmed">Only administrators see the members. {refusal}</Text>;

  async function choose(member: Member, role: Role) {
    if (ROLES.indexOf(role) < ROLES.indexOf(member.role)) return setAsking({ what: 'role', member, role });
    const refused = await refusalOf(setRole.mutateAsync({ userId: member.userId, role }));
    if (refused) notifications.show({ color: 'red', title: 'Refused', message: refused });
  }

  function carryOut(what: Asking): Promise<unknown> {
    switch (what.what) {
      case 'role':
        return setRole.mutateAsync({ userId: what.member.userId, role: what.role });
      case 'remove':
        return remove.mutateAsync({ userId: what.member.userId });
      case 'uninvite':
        return remove.mutateAsync({ inviteId: what.invite.inviteId });
    }
  }
  const confirmation =
    asking && removal(...questionOf(asking, (role) => t(`roles.${role}`)), () => refusalOf(carryOut(asking)));
  return (
    <Stack gap="xl">
      <Section
        title="Members"
        about="Each role may do what those before it may: viewers look, operators act, administrators let people in."
        action={
          <ActionButton variant="default" size="xs" refusal={null} onClick={() => setInviting(true)}>
            Invite…
          </ActionButton>
        }
        state={list}
        empty={members.length === 0 && 'Nobody has an account.'}
        head={['Name', 'Role', 'Last seen', 'Since', '']}
      >
        {members.map((member) => (
          <Table.Tr key={member.userId}>
            <NameCell name={member.name} below={member.email} />
            <Table.Td>
              <RoleSelect
                size="xs"
                w={140}
                aria-label={`Role of ${member.name}`}
                value={member.role}
                onChange={(role) => {
                  if (role !== member.role) void choose(member, role);
                }}
              />
            </Table.Td>
            <Table.Td>{member.seenAt ? <RelativeTime at={member.seenAt} /> : 'Signed out'}</Table.Td>
            <Table.Td>
              <RelativeTime at={member.createdAt} />
            </Table.Td>
            <Table.Td ta="right">
              <RowAction
                word="Remove…"
                of={member.name}
                refusal={
                  member.role === 'admin' && members.filter(({ role }) => role === 'admin').length === 1
                    ? 'This is the only administrator. Make somebody else one first.'
                    : null
                }
                onClick={() => setAsking({ what: 'remove', member })}
              />
            </Table.Td>
          </Table.Tr>
        ))}
      </Section>
      {invites.items.length > 0 && (
        <Section
          title="Open invites"
          about="A link makes one account, once. It is shown only when it is made."
          state={invited}
          empty={false}
          more={{ list: invites, what: 'invites' }}
          head={['E-mail', 'Role', 'Invited', 'Ends', '']}
        >
          {invites.items.map((invite) => (
            <Table.Tr key={invite.inviteId}>
              <Table.Td fw={600}>{invite.email}</Table.Td>
              <Table.Td>{t(`roles.${invite.role}`)}</Table.Td>
              <Table.Td>
                <RelativeTime at={invite.createdAt} /> by {invite.invitedBy}
              </Table.Td>
              <Table.Td>
                <RelativeTime at={invite.expiresAt} />
              </Table.Td>
              <Table.Td ta="right">
                <RowAction
                  word="Take back…"
                  of={`the invite of ${invite.email}`}
                  onClick={() => setAsking({ what: 'uninvite', invite })}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Section>
      )}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </Stack>
  );
}

function questionOf(asking: Asking, nameOf: (role: Role) => string): [action: string, body: string] {
  switch (asking.what) {
    case 'role':
      return [
        `Make ${asking.member.name} ${nameOf(asking.role).toLowerCase()}`,
        `${asking.member.name} is signed out everywhere at once and may do less from the next sign-in on. You can give the role back at any time.`,
      ];
    case 'remove':
      return [
        `Remove ${asking.member.name}`,
        `${asking.member.email} is signed out everywhere at once and can no longer sign in. What they did stays on record; API keys they made go on working until they are revoked.`,
      ];
    case 'uninvite':
      return [
        `Take back the invite of ${asking.invite.email}`,
        'The link stops working at once. You can invite them again.',
      ];
  }
}
