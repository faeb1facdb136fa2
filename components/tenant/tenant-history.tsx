'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { Section } from '@/components/table/section';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';

type Move = Outputs['tenants']['history']['items'][number];

/** How a tenant came to what it runs. */
export function TenantHistory({ tenantId }: { tenantId: string }) {
  const t = useTranslations('tenants.one');
  const trpc = useTRPC();
  const history = useInfiniteQuery(
    trpc.tenants.history.infiniteQueryOptions({ tenantId, limit: 100 }, { getNextPageParam: nextOf }),
  );
  const listed = useListed(history, (row) => row.id);
  const columns = useMemo(
    (): Column<Move>[] => [
      {
        id: 'change',
        name: t('change'),
        fixed: true,
        value: ({ unitId, from, to }) => `${unitId} ${from ?? '–'} → ${to}`,
        cell: ({ unitId, from, to }) => (
          <b>
            {unitId} {from ?? '–'} → {to}
          </b>
        ),
      },
      {
        id: 'when',
        name: t('when'),
        track: '120px',
        value: ({ at }) => new Date(at),
        cell: ({ at }) => <RelativeTime at={at} />,
      },
      { id: 'why', name: t('why'), value: ({ reason }) => reason, cell: ({ reason }) => reason },
      { id: 'who', name: t('who'), value: ({ actor }) => actor, cell: ({ actor }) => actor },
      {
        id: 'plan',
        name: t('plan'),
        track: '100px',
        value: ({ planId }) => planId,
        cell: ({ planId }) => (planId ? <Link href={`/plans/${planId}`}>{planId}</Link> : '–'),
      },
    ],
    [t],
  );
  return (
    <Section title={t('history')} error={history.error}>
      <DataTable
        name="history"
        label={t('history')}
        columns={columns}
        rows={listed.items}
        keyOf={({ id }) => String(id)}
        pending={history.isPending}
        empty={t('noHistory')}
        more={{ list: listed, what: t('changes') }}
      />
    </Section>
  );
}
