'use client';

import { Group, NativeSelect, Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { parseAsString, useQueryStates } from 'nuqs';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useWhole } from '@/components/api/pages';
import { DiffView } from '@/components/ui/diff-view';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';

/** Two versions of a unit side by side, as what changes. */
export function CompareScreen({ unitId }: { unitId: string }) {
  const t = useTranslations('versions');
  const trpc = useTRPC();
  const units = useInfiniteQuery(trpc.versions.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }));
  const all = useWhole(units);
  const [{ from, to }, choose] = useQueryStates({
    from: parseAsString.withDefault(''),
    to: parseAsString.withDefault(''),
  });
  const before = useQuery(
    trpc.versions.get.queryOptions({ unitId, version: from }, { enabled: from !== '' }),
  );
  const after = useQuery(trpc.versions.get.queryOptions({ unitId, version: to }, { enabled: to !== '' }));
  const unit = all?.find((one) => one.unitId === unitId);
  const versions = useInfiniteQuery(
    trpc.versions.ofUnit.infiniteQueryOptions({ unitId, limit: 1000 }, { getNextPageParam: nextOf }),
  );
  const every = useWhole(versions) ?? [];
  const names = [
    { value: '', label: t('comparing.choose'), disabled: true },
    ...every.map((one) => ({ value: one.version, label: one.version })),
  ];
  const failed = units.error ?? versions.error ?? before.error ?? after.error;
  return (
    <>
      <PageHeader
        title={t('comparing.title', { unit: unit?.name ?? unitId })}
        above={<Link href="/versions">{t('title')}</Link>}
      />
      <Group mb="lg" align="flex-end">
        <NativeSelect
          label={t('comparing.from')}
          value={from}
          data={names}
          onChange={(event) => choose({ from: event.currentTarget.value })}
        />
        <NativeSelect
          label={t('comparing.to')}
          value={to}
          data={names}
          onChange={(event) => choose({ to: event.currentTarget.value })}
        />
      </Group>
      {failed && <Problem title={t('comparing.failed')}>{errorText(failed)}</Problem>}
      {from === '' || to === '' ? (
        <Text c="dimmed">{t('comparing.chooseBoth')}</Text>
      ) : before.data && after.data ? (
        <DiffView
          before={before.data.payload}
          after={after.data.payload}
          label={t('comparing.changes', { from, to })}
        />
      ) : (
        !failed && <Skeleton height={240} radius="md" />
      )}
    </>
  );
}
