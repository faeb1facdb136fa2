'use client';

import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { Section } from '@/components/table/section';
import { Dialog } from '@/components/ui/dialog';
import type { Outputs } from '@/server/api/router';

type Summary = Outputs['audit']['summaries']['items'][number];

/** Says where the log begins, when days before were removed, and leads to what is kept of them. */
export function RemovedDays() {
  const t = useTranslations('audit.removed');
  const trpc = useTRPC();
  const newest = useQuery(trpc.audit.summaries.queryOptions({ limit: 1 }));
  const [open, setOpen] = useState(false);
  const day = newest.data?.items[0]?.day;
  if (!day) return null;
  return (
    <Group gap="sm" mb="sm">
      <Text size="sm" c="dimmed">
        {t('through', { day })}
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
        {t('open')}
      </Button>
      {open && <Summaries onClose={() => setOpen(false)} />}
    </Group>
  );
}

function Summaries({ onClose }: { onClose: () => void }) {
  const t = useTranslations('audit.removed');
  const trpc = useTRPC();
  const list = useInfiniteQuery(trpc.audit.summaries.infiniteQueryOptions({}, { getNextPageParam: nextOf }));
  const listed = useListed(list, ({ day }) => day);
  const columns = useColumns();
  return (
    <Dialog title={t('title')} onClose={onClose} size="xl">
      <Section title={t('kept')} about={t('about')} error={list.error}>
        <DataTable
          name="audit-summaries"
          label={t('title')}
          columns={columns}
          rows={listed.items}
          keyOf={({ day }) => day}
          pending={list.isPending}
          empty={t('none')}
          more={{ list: listed, what: t('what') }}
        />
      </Section>
    </Dialog>
  );
}

function useColumns(): readonly Column<Summary>[] {
  const t = useTranslations('audit.removed');
  return useMemo(
    (): Column<Summary>[] => [
      { id: 'day', name: t('day'), fixed: true, value: ({ day }) => day, cell: ({ day }) => <b>{day}</b> },
      {
        id: 'entries',
        name: t('entries'),
        value: ({ told }) => told?.entries ?? null,
        cell: ({ told }) => told?.entries ?? t('unreadable'),
      },
      {
        id: 'actions',
        name: t('actions'),
        track: 'minmax(0, 2.2fr)',
        wide: true,
        value: counted,
        cell: counted,
      },
      {
        id: 'signed',
        name: t('signedBy'),
        value: signers,
        cell: (one) => <code>{signers(one)}</code>,
      },
    ],
    [t],
  );
}

/** The most frequent first. */
const counted = ({ told }: Summary): string =>
  Object.entries(told?.actions ?? {})
    .toSorted(([, one], [, other]) => other - one)
    .map(([action, count]) => `${action} ${count}`)
    .join(', ');

const signers = ({ signatures }: Summary): string => signatures.map(({ keyId }) => keyId).join(', ');
