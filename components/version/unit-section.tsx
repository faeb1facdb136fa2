'use client';

import { Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { RowActions } from '@/components/table/row-actions';
import { Section } from '@/components/table/section';
import { LinkAction } from '@/components/ui/link-action';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import type { Outputs } from '@/server/api/router';

type Unit = Outputs['versions']['list']['items'][number];
type Version = Unit['versions'][number];

/** One unit with its versions, the newest first. */
export function UnitSection(props: {
  unit: Unit;
  refusal: string | null;
  onView: (seen: { unitId: string; version: string }) => void;
}) {
  const { unit, refusal, onView } = props;
  const { unitId } = unit;
  const t = useTranslations('versions');
  const trpc = useTRPC();
  const [newest, previous] = unit.versions;
  // The newest came with the unit; the others on demand.
  const [wanted, setWanted] = useState(false);
  const every = useInfiniteQuery(
    trpc.versions.ofUnit.infiniteQueryOptions(
      { unitId, limit: 500 },
      { enabled: wanted, getNextPageParam: nextOf },
    ),
  );
  const listed = useListed(every, (one) => one.version);
  const newestOnly = {
    items: unit.versions,
    total: unit.versionsTotal,
    more:
      unit.versionsTotal > unit.versions.length
        ? () => (wanted ? void every.refetch() : setWanted(true))
        : null,
    loading: every.isFetching,
    failed: every.isError,
  };
  const list = every.data ? listed : newestOnly;
  const columns = useMemo(
    (): Column<Version>[] => [
      {
        id: 'version',
        name: t('columns.version'),
        fixed: true,
        value: ({ version }) => version,
        cell: ({ version }) => <b>{version}</b>,
      },
      {
        id: 'note',
        name: t('columns.note'),
        track: 'minmax(0, 1.6fr)',
        wide: true,
        value: ({ note }) => note,
        cell: ({ note }) => note || <Text c="dimmed">–</Text>,
      },
      {
        id: 'runsOn',
        name: t('columns.runsOn'),
        value: ({ tenants }) => tenants,
        cell: ({ tenants }) => t('tenants', { count: tenants }),
      },
      {
        id: 'created',
        name: t('columns.created'),
        wide: true,
        value: ({ createdAt }) => new Date(createdAt),
        cell: ({ createdAt, createdBy }) => (
          <Text size="sm" c="dimmed">
            <RelativeTime at={createdAt} /> {t('columns.by', { who: createdBy })}
          </Text>
        ),
      },
      {
        id: 'actions',
        name: '',
        fixed: true,
        track: 'max-content',
        cell: ({ version }) => (
          <RowActions>
            <RowAction
              variant="subtle"
              word={t('view')}
              of={`${unitId} ${version}`}
              onClick={() => onView({ unitId, version })}
            />
            <LinkAction
              variant="default"
              size="compact-sm"
              refusal={refusal}
              href={`/plans/new?unit=${unitId}&version=${encodeURIComponent(version)}`}
            >
              {t('rollOut')}
            </LinkAction>
          </RowActions>
        ),
      },
    ],
    [t, unitId, refusal, onView],
  );
  return (
    <Section
      title={
        <>
          {unit.name}{' '}
          {unit.name !== unitId && (
            <Text span c="dimmed" size="sm">
              {unitId}
            </Text>
          )}
        </>
      }
      action={
        newest &&
        previous && (
          <LinkAction
            variant="default"
            size="xs"
            href={`/versions/${unitId}/compare?from=${encodeURIComponent(previous.version)}&to=${encodeURIComponent(newest.version)}`}
          >
            {t('compare')}
          </LinkAction>
        )
      }
    >
      <DataTable
        name="versions"
        label={unit.name}
        columns={columns}
        rows={list.items}
        keyOf={({ version }) => version}
        empty={t('noVersion')}
        onOpen={({ version }) => onView({ unitId, version })}
        more={{ list, what: t('what') }}
      />
    </Section>
  );
}
