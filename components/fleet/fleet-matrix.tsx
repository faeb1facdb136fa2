'use client';

import { NativeSelect, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { parseAsString, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { OF_THE_FLEET_MILLIS, usePlansNews } from '@/components/live/plans-news';
import { ConvergenceCurve } from '@/components/table/convergence-curve';
import type { MatrixRow } from '@/components/table/matrix-rows';
import { VersionMatrix } from '@/components/table/version-matrix';
import { Loading } from '@/components/ui/loading';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import type { Outputs } from '@/server/api/router';

/** What every instance of the fleet runs of a deploy unit, against what is on record: the worst first. */
export function FleetMatrix() {
  const t = useTranslations('matrix.fleet');
  const trpc = useTRPC();
  const [unit, setUnit] = useQueryState('unit', parseAsString);
  const course = useQuery(trpc.fleet.convergence.queryOptions(unit === null ? {} : { unitId: unit }));
  usePlansNews(trpc.fleet.convergence.pathFilter(), undefined, OF_THE_FLEET_MILLIS);
  const unitId = course.data?.unitId ?? null;
  return (
    <>
      <PageHeader
        above={
          <>
            <Link href="/">{t('fleet')}</Link> / {t('title')}
          </>
        }
        title={t('title')}
        below={t('below')}
        actions={
          course.data &&
          course.data.units.length > 1 && (
            <NativeSelect
              size="xs"
              label={t('unit')}
              value={unitId ?? ''}
              onChange={(event) => void setUnit(event.currentTarget.value)}
              data={course.data.units.map(({ unitId: value, name }) => ({ value, label: name }))}
            />
          )
        }
      />
      {course.error && <Problem title={t('unreadable')}>{errorText(course.error)}</Problem>}
      {course.isPending && <Loading what={t('reading')} />}
      {course.data && (
        <Stack gap="md">
          <Convergence course={course.data} />
          {unitId === null ? <Text c="dimmed">{t('empty')}</Text> : <Instances unitId={unitId} />}
        </Stack>
      )}
    </>
  );
}

function Instances({ unitId }: { unitId: string }) {
  const t = useTranslations('matrix');
  const trpc = useTRPC();
  const pages = useInfiniteQuery(
    trpc.fleet.matrix.infiniteQueryOptions({ unitId }, { getNextPageParam: nextOf }),
  );
  usePlansNews(trpc.fleet.matrix.pathFilter(), undefined, OF_THE_FLEET_MILLIS);
  const list = useListed(pages, ({ tenantId }) => tenantId);
  const rows = useMemo(
    () =>
      list.items.map((tenant): MatrixRow & { planId: string | null } => ({
        ...tenant,
        key: tenant.tenantId,
        href: `/tenants/${encodeURIComponent(tenant.tenantId)}`,
      })),
    [list.items],
  );
  if (pages.error) return <Problem title={t('fleet.unreadable')}>{errorText(pages.error)}</Problem>;
  if (pages.isPending) return <Loading what={t('fleet.reading')} />;
  if (rows.length === 0) return <Text c="dimmed">{t('fleet.empty')}</Text>;
  return (
    <VersionMatrix
      label={t('label')}
      rows={rows}
      total={list.total ?? rows.length}
      state={{
        name: t('fleet.plan'),
        of: ({ planId }) => planId && <Link href={`/plans/${planId}`}>{planId}</Link>,
      }}
      onEnd={list.more}
    />
  );
}

function Convergence({ course }: { course: Outputs['fleet']['convergence'] }) {
  const format = useFormatter();
  const { version, of } = course;
  const points = course.points.map(({ at, done }) => ({ at: Date.parse(at), done }));
  const [first, last] = [points[0], points.at(-1)];
  if (version === null || !first || !last) return null;
  const moment = (at: number) =>
    format.dateTime(at, {
      ...{ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    });
  // Up to the last that came: from then on nothing changed.
  const time = { from: first.at, to: last.at };
  return (
    <ConvergenceCurve {...{ version, points, time, of }} from={moment(time.from)} to={moment(time.to)} />
  );
}
