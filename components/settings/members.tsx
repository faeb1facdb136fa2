'use client';

import { Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useCallback, useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { nextOf, useListed, useWhole } from '@/components/api/pages';
import { ROLES, type Role, useRoleRefusal } from '@/components/session/role';
import { DataTable } from '@/components/table/data-table';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { type Invite, type Member, useInviteColumns, useMemberColumns } from './member-columns';
import { SecondFactorRule } from './second-factor-rule';

const ResetDialog = dynamic(() => import('./reset-dialog').then((module) => module.ResetDialog));
const MemberTenantsDialog = dynamic(() =>
  import('./member-tenants-dialog').then((module) => module.MemberTenantsDialog),
);
const InviteDialog = dynamic(() => import('./invite-dialog').then((module) => module.InviteDialog));

type Asking =
  | { what: 'role'; member: Member; role: Role }
  | { what: 'remove' | 'signOut'; member: Member }
  | { what: 'uninvite'; invite: Invite };

/** Who may sign in, with which role, and who is invited. */
export function Members() {
  const t = useTranslations('settings.members');
  const refusal = useRoleRefusal('admin');
  if (refusal)
    return (
      <Text c="dimmed">
        {t('adminsOnly')} {refusal}
      </Text>
    );
  return <MemberList />;
}

function MemberList() {
  const t = useTranslations('settings.members');
  const words = useTranslations('settings');
  const trpc = useTRPC();
  const options = { getNextPageParam: nextOf };
  const list = useInfiniteQuery(trpc.members.list.infiniteQueryOptions({}, options));
  const invited = useInfiniteQuery(trpc.members.invites.infiniteQueryOptions({}, options));
  // All of them: whether somebody is the only administrator is seen in no part.
  const members = useWhole(list) ?? NOBODY;
  const invites = useListed(invited, (invite) => invite.inviteId);
  const ways = useQuery(trpc.members.signIn.queryOptions({})).data;
  const changed = [trpc.members.pathFilter()];
  const { mutateAsync: setRole } = useChange(trpc.members.setRole.mutationOptions(), changed);
  const remove = useChange(trpc.members.remove.mutationOptions(), changed);
  const endSessions = useChange(trpc.members.endSessions.mutationOptions(), changed);
  const [inviting, setInviting] = useState(false);
  const [resetting, setResetting] = useState<Member | null>(null);
  const [limiting, setLimiting] = useState<Member | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const question = useQuestion();

  const choose = useCallback(
    async (member: Member, role: Role) => {
      if (ROLES.indexOf(role) < ROLES.indexOf(member.role)) return setAsking({ what: 'role', member, role });
      const refused = await refusalOf(setRole({ userId: member.userId, role }));
      if (refused) notifications.show({ color: 'red', title: words('refused'), message: refused });
    },
    [setRole, words],
  );
  const memberColumns = useMemberColumns(
    members.filter(({ role }) => role === 'admin').length === 1,
    ways,
    choose,
    useCallback((what, member) => {
      if (what === 'reset') setResetting(member);
      else if (what === 'tenants') setLimiting(member);
      else setAsking({ what, member });
    }, []),
  );
  const inviteColumns = useInviteColumns(
    useCallback((invite) => setAsking({ what: 'uninvite', invite }), []),
  );

  function carryOut(what: Asking): Promise<unknown> {
    switch (what.what) {
      case 'role':
        return setRole({ userId: what.member.userId, role: what.role });
      case 'remove':
        return remove.mutateAsync({ userId: what.member.userId });
      case 'signOut':
        return endSessions.mutateAsync({ userId: what.member.userId });
      case 'uninvite':
        return remove.mutateAsync({ inviteId: what.invite.inviteId });
    }
  }
  const confirmation = asking && removal(...question(asking), () => refusalOf(carryOut(asking)));
  return (
    <Stack gap="xl">
      <Section
        title={t('title')}
        about={t('about')}
        action={
          <ActionButton
            variant="default"
            size="xs"
            refusal={ways?.passwords === false ? t('passwordsOff') : null}
            onClick={() => setInviting(true)}
          >
            {t('invite')}
          </ActionButton>
        }
        error={list.error}
      >
        <DataTable
          name="members"
          label={t('title')}
          columns={memberColumns}
          rows={members}
          keyOf={({ userId }) => userId}
          pending={list.isPending}
          empty={t('none')}
        />
      </Section>
      <SecondFactorRule />
      {invites.items.length > 0 && (
        <Section title={t('invites')} about={t('invitesAbout')} error={invited.error}>
          <DataTable
            name="invites"
            label={t('invites')}
            columns={inviteColumns}
            rows={invites.items}
            keyOf={({ inviteId }) => inviteId}
            empty={t('noInvites')}
            more={{ list: invites, what: t('invitesWhat') }}
          />
        </Section>
      )}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
      {limiting && <MemberTenantsDialog member={limiting} onClose={() => setLimiting(null)} />}
      {resetting && <ResetDialog member={resetting} onClose={() => setResetting(null)} />}
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </Stack>
  );
}

const NOBODY: readonly Member[] = [];

/** What is asked before somebody may do less. */
function useQuestion(): (asking: Asking) => [action: string, body: string] {
  const t = useTranslations('settings.members');
  const words = useTranslations('settings');
  const roles = useTranslations('shell.roles');
  return (asking) => {
    switch (asking.what) {
      case 'role': {
        const { name } = asking.member;
        return [t('lower', { name, role: roles(asking.role).toLowerCase() }), t('lowerBody', { name })];
      }
      case 'remove': {
        const { name, email } = asking.member;
        return [words('removeIt', { name }), t('removeBody', { email })];
      }
      case 'signOut': {
        const { name, email } = asking.member;
        return [t('signOutIt', { name }), t('signOutBody', { email })];
      }
      case 'uninvite': {
        const { email } = asking.invite;
        return [t('uninvite', { email }), t('uninviteBody', { email })];
      }
    }
  };
}
