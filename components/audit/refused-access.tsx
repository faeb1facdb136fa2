'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { Section } from '@/components/table/section';
import { Dialog } from '@/components/ui/dialog';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';

type Refused = Outputs['audit']['refused']['items'][number];

/** What callers nobody knows were refused: wrong passwords, unknown keys, used links; counted by minute. */
export function RefusedAccess({ onClose }: { onClose: () => void }) {
  const t = useTranslations('audit.refused');
  const trpc = useTRPC();
  const list = useInfiniteQuery(trpc.audit.refused.infiniteQueryOptions({}, { getNextPageParam: nextOf }));
  const listed = useListed(
    list,
    ({ minute, address, action }) => `${minute.toISOString()} ${address} ${action}`,
  );
  const columns = useColumns();
  return (
    <Dialog title={t('title')} onClose={onClose} size="xl">
      <Section title={t('counted')} about={t('about')} error={list.error}>
        <DataTable
          name="refused-access"
          label={t('title')}
          columns={columns}
          rows={listed.items}
          keyOf={({ minute, address, action }) => `${minute.toISOString()} ${address} ${action}`}
          pending={list.isPending}
          empty={t('none')}
          more={{ list: listed, what: t('what') }}
        />
      </Section>
    </Dialog>
  );
}

function useColumns(): readonly Column<Refused>[] {
  const t = useTranslations('audit');
  return useMemo(
    (): Column<Refused>[] => [
      {
        id: 'action',
        name: t('action'),
        fixed: true,
        value: ({ action }) => action,
        cell: ({ action }) => <b>{action}</b>,
      },
      {
        id: 'when',
        name: t('when'),
        value: ({ lastAt }) => lastAt,
        cell: ({ lastAt }) => <RelativeTime at={lastAt.toISOString()} />,
      },
      {
        id: 'address',
        name: t('refused.address'),
        value: ({ address }) => address,
        cell: ({ address }) => address,
      },
      { id: 'count', name: t('refused.count'), value: ({ count }) => count, cell: ({ count }) => count },
      {
        id: 'subject',
        name: t('refused.subject'),
        value: ({ subject }) => subject,
        cell: ({ subject }) => subject,
      },
    ],
    [t],
  );
}
