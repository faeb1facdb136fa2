'use client';

import { Badge } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { NameAndMore } from '@/components/table/name-and-more';
import { RowActions } from '@/components/table/row-actions';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import { inWords } from '@/domain/limited-to';
import type { Outputs } from '@/server/api/router';
import { EnvironmentKey } from './environment-key';

const CreateKeyDialog = dynamic(() => import('./create-key-dialog').then((module) => module.CreateKeyDialog));

type ApiKey = Outputs['apiKeys']['list']['items'][number];

/** The keys of programs that use the API. */
export function ApiKeys() {
  const t = useTranslations('settings.keys');
  const trpc = useTRPC();
  const refusal = useRoleRefusal('admin');
  const keys = useInfiniteQuery(
    trpc.apiKeys.list.infiniteQueryOptions({}, { enabled: refusal === null, getNextPageParam: nextOf }),
  );
  const listed = useListed(keys, (key) => key.id);
  const revoke = useChange(trpc.apiKeys.revoke.mutationOptions(), [trpc.apiKeys.pathFilter()]);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const confirmation =
    revoking &&
    removal(t('revokeIt', { name: revoking.name }), t('revokeBody'), () =>
      refusalOf(revoke.mutateAsync({ id: revoking.id })),
    );
  const columns = useKeyColumns(setRevoking);
  return (
    <>
      <Section
        title={t('title')}
        action={
          <ActionButton
            variant="default"
            size="xs"
            refusal={refusal}
            leftSection={<KeyRound size={14} aria-hidden="true" />}
            onClick={() => setCreating(true)}
          >
            {t('create')}
          </ActionButton>
        }
        error={keys.error}
      >
        <DataTable
          name="api-keys"
          label={t('title')}
          columns={columns}
          rows={listed.items}
          keyOf={({ id }) => id}
          pending={refusal === null && keys.isPending}
          empty={t(refusal ? 'adminsOnly' : 'none')}
          more={{ list: listed, what: t('what') }}
        />
      </Section>
      <EnvironmentKey />
      {creating && <CreateKeyDialog onClose={() => setCreating(false)} />}
      <ConfirmDialog confirmation={confirmation} onClose={() => setRevoking(null)} />
    </>
  );
}

function useKeyColumns(onRevoke: (key: ApiKey) => void): readonly Column<ApiKey>[] {
  const t = useTranslations('settings.keys');
  const words = useTranslations('settings');
  const roles = useTranslations('shell.roles');
  return useMemo(
    (): Column<ApiKey>[] => [
      {
        id: 'name',
        name: words('name'),
        fixed: true,
        track: 'minmax(0, 1.5fr)',
        value: ({ name }) => name,
        cell: ({ name, prefix }) => (
          <NameAndMore
            name={name}
            more={<span style={{ fontFamily: 'var(--mantine-font-family-monospace)' }}>{prefix}…</span>}
          />
        ),
      },
      {
        id: 'role',
        name: words('role'),
        value: ({ role }) => roles(role),
        cell: ({ role, scopes, limitedTo }) => (
          <NameAndMore
            name={scopes ? scopes.map((scope) => t(`scopes.${scope}`)).join(', ') : roles(role)}
            more={limitedTo && inWords(limitedTo)}
          />
        ),
      },
      {
        id: 'created',
        name: words('created'),
        track: 'minmax(0, 1.4fr)',
        value: ({ createdAt }) => new Date(createdAt),
        cell: ({ createdAt, createdBy }) => (
          <>
            <RelativeTime at={createdAt} /> {words('by', { who: createdBy })}
          </>
        ),
      },
      {
        id: 'used',
        name: t('used'),
        value: ({ lastUsedAt }) => (lastUsedAt ? new Date(lastUsedAt) : null),
        cell: ({ lastUsedAt, lastUsedFrom }) =>
          lastUsedAt ? (
            <>
              <RelativeTime at={lastUsedAt} /> {lastUsedFrom && t('from', { address: lastUsedFrom })}
            </>
          ) : (
            t('never')
          ),
      },
      { id: 'state', name: words('state'), cell: (key) => <KeyState apiKey={key} /> },
      {
        id: 'actions',
        name: '',
        fixed: true,
        track: 'max-content',
        cell: (key) =>
          key.revokedAt === null && (
            <RowActions>
              <RowAction word={t('revoke')} of={key.name} onClick={() => onRevoke(key)} />
            </RowActions>
          ),
      },
    ],
    [t, words, roles, onRevoke],
  );
}

function KeyState({ apiKey }: { apiKey: ApiKey }) {
  const t = useTranslations('settings.keys');
  if (apiKey.revokedAt) return <Badge variant="default">{t('revoked')}</Badge>;
  if (!apiKey.expiresAt) return <Badge variant="default">{t('valid')}</Badge>;
  return (
    <span>
      {t('expires')} <RelativeTime at={apiKey.expiresAt} />
    </span>
  );
}
