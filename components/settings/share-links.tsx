'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { RowActions } from '@/components/table/row-actions';
import { Section } from '@/components/table/section';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import type { Outputs } from '@/server/api/router';

type Share = Outputs['shares']['list']['items'][number];

const isOpen = ({ revokedAt, expiresAt }: Share): boolean => !revokedAt && expiresAt > new Date();

/** The public links of every plan. */
export function ShareLinks() {
  const t = useTranslations('settings.shares');
  const words = useTranslations('settings');
  const trpc = useTRPC();
  const refusal = useRoleRefusal();
  const links = useInfiniteQuery(trpc.shares.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }));
  const listed = useListed(links, (link) => link.id);
  const revoke = useChange(trpc.shares.revoke.mutationOptions(), [trpc.shares.pathFilter()]);
  const [asking, setAsking] = useState<Share | null>(null);
  const confirmation =
    asking &&
    removal(t('revokeIt', { plan: asking.planId }), t('revokeBody'), () =>
      refusalOf(revoke.mutateAsync({ id: asking.id })),
    );
  const columns = useMemo(
    (): Column<Share>[] => [
      {
        id: 'plan',
        name: t('plan'),
        fixed: true,
        track: '110px',
        value: ({ planId }) => planId,
        cell: ({ planId }) => (
          <b>
            <Link href={`/plans/${planId}`}>{planId}</Link>
          </b>
        ),
      },
      {
        id: 'created',
        name: words('created'),
        track: 'minmax(0, 1.5fr)',
        value: ({ createdAt }) => new Date(createdAt),
        cell: ({ createdAt, createdBy }) => (
          <>
            <RelativeTime at={createdAt} /> {words('by', { who: createdBy })}
          </>
        ),
      },
      {
        id: 'names',
        name: t('names'),
        value: ({ showNames }) => t(showNames ? 'shown' : 'hidden'),
        cell: ({ showNames }) => t(showNames ? 'shown' : 'hidden'),
      },
      {
        id: 'views',
        name: t('views'),
        value: ({ viewCount }) => viewCount,
        cell: ({ viewCount }) => viewCount,
      },
      {
        id: 'state',
        name: words('state'),
        value: ({ expiresAt }) => expiresAt,
        cell: ({ revokedAt, expiresAt }) =>
          revokedAt ? (
            t('revoked')
          ) : expiresAt < new Date() ? (
            t('expired')
          ) : (
            <>
              {t('ends')} <RelativeTime at={expiresAt} />
            </>
          ),
      },
      {
        id: 'actions',
        name: '',
        fixed: true,
        track: 'max-content',
        cell: (link) =>
          isOpen(link) && (
            <RowActions>
              <RowAction
                word={t('revoke')}
                of={t('theLink', { plan: link.planId })}
                refusal={refusal}
                onClick={() => setAsking(link)}
              />
            </RowActions>
          ),
      },
    ],
    [t, words, refusal],
  );
  return (
    <>
      <Section title={t('title')} about={t('about')} error={links.error}>
        <DataTable
          name="shares"
          label={t('title')}
          columns={columns}
          rows={listed.items}
          keyOf={({ id }) => id}
          pending={links.isPending}
          empty={t('none')}
          more={{ list: listed, what: t('what') }}
        />
      </Section>
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </>
  );
}
