'use client';

import { Badge, Group } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { changeAccount, readSessions, type Session } from '@/components/session/account-api';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { RowActions } from '@/components/table/row-actions';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import { useAccountRefusal } from './account-refusal';
import { deviceName } from './device-name';

const PasswordDialog = dynamic(() => import('./password-dialog').then((module) => module.PasswordDialog));

const QUERY = { queryKey: ['account', 'sessions'] };

/** The password of one's account, and the browsers that are signed in with it. */
export function Sessions({ minPassword, bySso }: { minPassword: number; bySso: boolean }) {
  const t = useTranslations('settings.profile');
  const queries = useQueryClient();
  const refusalOf = useAccountRefusal();
  const read = useQuery({ ...QUERY, queryFn: readSessions, staleTime: 0 });
  const { sessions = NONE, here = null } = read.data ?? {};
  const others = sessions.filter(({ id }) => id !== here).length;
  const [changing, setChanging] = useState(false);
  const [asking, setAsking] = useState<Session | 'others' | null>(null);
  const again = () => queries.invalidateQueries(QUERY);
  const named = (session: Session) => deviceName(session.userAgent) ?? t('unknownDevice');
  async function end(which: Session | 'others'): Promise<string | null> {
    const answer =
      which === 'others'
        ? await changeAccount('revoke-other-sessions', {})
        : await changeAccount('revoke-session', { token: which.token });
    if (!answer.ok) return refusalOf(answer);
    await again();
    return null;
  }
  const confirmation =
    asking &&
    removal(
      asking === 'others' ? t('endOthersIt') : t('endOne', { device: named(asking) }),
      asking === 'others' ? t('endOthersBody', { count: others }) : t('endBody'),
      () => end(asking),
    );
  const columns = useSessionColumns(here, setAsking);
  return (
    <>
      <Section
        title={t('signIn')}
        about={t(bySso ? 'signInBySso' : 'signInAbout')}
        action={
          <Group gap="xs">
            {!bySso && (
              <ActionButton variant="default" size="xs" refusal={null} onClick={() => setChanging(true)}>
                {t('password')}
              </ActionButton>
            )}
            <ActionButton
              variant="default"
              size="xs"
              refusal={others === 0 ? t('noOthers') : null}
              onClick={() => setAsking('others')}
            >
              {t('endOthers')}
            </ActionButton>
          </Group>
        }
        error={read.error}
      >
        <DataTable
          name="sessions"
          label={t('sessions')}
          columns={columns}
          rows={sessions}
          keyOf={({ id }) => id}
          pending={read.isPending}
          empty={t('noSessions')}
        />
      </Section>
      {changing && (
        <PasswordDialog minPassword={minPassword} onClose={() => setChanging(false)} onDone={again} />
      )}
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </>
  );
}

const NONE: readonly Session[] = [];

function useSessionColumns(
  here: string | null,
  onEnd: (session: Session) => void,
): readonly Column<Session>[] {
  const t = useTranslations('settings.profile');
  return useMemo((): Column<Session>[] => {
    const named = ({ userAgent }: Session) => deviceName(userAgent) ?? t('unknownDevice');
    return [
      {
        id: 'device',
        name: t('device'),
        fixed: true,
        track: 'minmax(0, 1.5fr)',
        value: named,
        cell: (session) => (
          <Group gap="sm">
            <b>{named(session)}</b>
            {session.id === here && <Badge variant="light">{t('here')}</Badge>}
          </Group>
        ),
      },
      {
        id: 'from',
        name: t('from'),
        value: ({ ipAddress }) => ipAddress,
        cell: ({ ipAddress }) => ipAddress ?? '–',
      },
      {
        id: 'since',
        name: t('since'),
        value: ({ createdAt }) => new Date(createdAt),
        cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
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
        cell: (session) =>
          session.id !== here && (
            <RowActions>
              <RowAction word={t('end')} of={named(session)} onClick={() => onEnd(session)} />
            </RowActions>
          ),
      },
    ];
  }, [t, here, onEnd]);
}
