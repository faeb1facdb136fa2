'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Role } from '@/components/session/role';
import { RoleSelect } from '@/components/session/role-select';
import type { Column } from '@/components/table/columns';
import { NameAndMore } from '@/components/table/name-and-more';
import { RowActions } from '@/components/table/row-actions';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import { inWords } from '@/domain/limited-to';
import type { Outputs } from '@/server/api/router';
import { MemberSecondFactor } from './member-second-factor';

export type Member = Outputs['members']['list']['items'][number];
export type Invite = Outputs['members']['invites']['items'][number];

export function useMemberColumns(
  /** There is one administrator only. */
  oneAdmin: boolean,
  ways: Outputs['members']['signIn'] | undefined,
  onRole: (member: Member, role: Role) => Promise<void>,
  /** What a button in the row asks for. */
  onAsk: (what: 'remove' | 'signOut' | 'reset' | 'tenants', member: Member) => void,
): readonly Column<Member>[] {
  const t = useTranslations('settings.members');
  const words = useTranslations('settings');
  const limits = useTranslations('settings.limits');
  const secondFactor = useTranslations('secondFactor');
  const roles = useTranslations('shell.roles');
  return useMemo((): Column<Member>[] => {
    /** Whose role and sign-in the provider decides about. */
    const fromProvider = ({ singleSignOn }: Member) => singleSignOn && Boolean(ways?.singleSignOn);
    return [
      {
        id: 'name',
        name: words('name'),
        fixed: true,
        track: 'minmax(0, 1.6fr)',
        value: ({ name }) => name,
        cell: ({ name, email }) => <NameAndMore name={name} more={email} />,
      },
      {
        id: 'role',
        name: words('role'),
        track: '150px',
        value: ({ role }) => role,
        cell: (member) =>
          fromProvider(member) ? (
            <span title={t('byGroups')}>
              <NameAndMore name={roles(member.role)} more={t('singleSignOn')} />
            </span>
          ) : (
            <RoleSelect
              size="xs"
              w={140}
              aria-label={t('roleOf', { name: member.name })}
              value={member.role}
              onChange={(role) => {
                if (role !== member.role) void onRole(member, role);
              }}
            />
          ),
      },
      {
        id: 'tenants',
        name: limits('title'),
        value: ({ limitedTo }) => (limitedTo ? inWords(limitedTo) : ''),
        cell: ({ limitedTo }) => (limitedTo ? inWords(limitedTo) : limits('all')),
      },
      {
        id: 'secondFactor',
        name: secondFactor('title'),
        value: ({ secondFactor }) => (secondFactor ? 1 : 0),
        cell: (member) => (fromProvider(member) ? t('atProvider') : <MemberSecondFactor member={member} />),
      },
      {
        id: 'seen',
        name: t('seen'),
        value: ({ seenAt }) => (seenAt ? new Date(seenAt) : null),
        cell: ({ seenAt }) => (seenAt ? <RelativeTime at={seenAt} /> : t('signedOut')),
      },
      {
        id: 'since',
        name: t('since'),
        value: ({ createdAt }) => new Date(createdAt),
        cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
      },
      {
        id: 'actions',
        name: '',
        fixed: true,
        track: 'max-content',
        cell: (member) => (
          <RowActions>
            <RowAction
              word={limits('change')}
              of={member.name}
              refusal={
                fromProvider(member) ? t('byGroups') : member.role === 'admin' ? limits('noAdmin') : null
              }
              onClick={() => onAsk('tenants', member)}
            />
            <RowAction
              word={t('signOut')}
              of={member.name}
              refusal={member.seenAt === null ? t('signedOut') : null}
              onClick={() => onAsk('signOut', member)}
            />
            <RowAction
              word={t('resetPassword')}
              of={member.name}
              refusal={
                fromProvider(member) ? t('byGroups') : ways?.passwords === false ? t('passwordsOff') : null
              }
              onClick={() => onAsk('reset', member)}
            />
            <RowAction
              word={words('remove')}
              of={member.name}
              refusal={member.role === 'admin' && oneAdmin ? t('only') : null}
              onClick={() => onAsk('remove', member)}
            />
          </RowActions>
        ),
      },
    ];
  }, [t, words, limits, secondFactor, roles, oneAdmin, ways, onRole, onAsk]);
}

export function useInviteColumns(onTakeBack: (invite: Invite) => void): readonly Column<Invite>[] {
  const t = useTranslations('settings.members');
  const words = useTranslations('settings');
  const roles = useTranslations('shell.roles');
  return useMemo(
    (): Column<Invite>[] => [
      {
        id: 'email',
        name: t('email'),
        fixed: true,
        track: 'minmax(0, 1.6fr)',
        value: ({ email }) => email,
        cell: ({ email }) => <b>{email}</b>,
      },
      {
        id: 'role',
        name: words('role'),
        value: ({ role }) => roles(role),
        cell: ({ role, limitedTo }) => (
          <NameAndMore name={roles(role)} more={limitedTo && inWords(limitedTo)} />
        ),
      },
      {
        id: 'invited',
        name: t('invited'),
        value: ({ createdAt }) => new Date(createdAt),
        cell: ({ createdAt, invitedBy }) => (
          <>
            <RelativeTime at={createdAt} /> {words('by', { who: invitedBy })}
          </>
        ),
      },
      {
        id: 'ends',
        name: t('ends'),
        value: ({ expiresAt }) => new Date(expiresAt),
        cell: ({ expiresAt }) => <RelativeTime at={expiresAt} />,
      },
      {
        id: 'actions',
        name: '',
        fixed: true,
        track: 'max-content',
        cell: (invite) => (
          <RowActions>
            <RowAction
              word={t('takeBack')}
              of={t('theInvite', { email: invite.email })}
              onClick={() => onTakeBack(invite)}
            />
          </RowActions>
        ),
      },
    ],
    [t, words, roles, onTakeBack],
  );
}
