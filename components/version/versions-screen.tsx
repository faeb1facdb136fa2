'use client';

import { Skeleton, Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useWhole } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import { AddButton } from '@/components/ui/add-button';
import { Dialog } from '@/components/ui/dialog';
import classes from '@/components/ui/diff-view.module.css';
import { EmptyState } from '@/components/ui/empty-state';
import { laidOut } from '@/components/ui/line-diff';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { UnitSection } from './unit-section';

const CreateVersionDialog = dynamic(() =>
  import('./create-version-dialog').then((module) => module.CreateVersionDialog),
);

/** What can be switched, and to what. */
export function VersionsScreen() {
  const t = useTranslations('versions');
  const trpc = useTRPC();
  const units = useInfiniteQuery(trpc.versions.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }));
  const all = useWhole(units);
  const [creating, setCreating] = useState(false);
  const [seen, setSeen] = useState<{ unitId: string; version: string } | null>(null);
  const refusal = useRoleRefusal();
  const create = (
    <AddButton refusal={refusal} onClick={() => setCreating(true)}>
      {t('create')}
    </AddButton>
  );
  const empty = all?.length === 0;
  return (
    <>
      <PageHeader title={t('title')} actions={units.isSuccess && !empty && create} />
      {units.isError && <Problem title={t('unread')}>{errorText(units.error)}</Problem>}
      {units.isPending && <Skeleton height={240} radius="md" />}
      {empty && (
        <EmptyState title={t('none.title')} actions={create}>
          {t('none.body')}
        </EmptyState>
      )}
      <Stack gap="xl">
        {all?.map((unit) => (
          <UnitSection key={unit.unitId} unit={unit} refusal={refusal} onView={setSeen} />
        ))}
      </Stack>
      {creating && <CreateVersionDialog onClose={() => setCreating(false)} units={all ?? []} />}
      {seen && (
        <Dialog onClose={() => setSeen(null)} title={`${seen.unitId} ${seen.version}`} size="lg">
          <Payload {...seen} />
        </Dialog>
      )}
    </>
  );
}

function Payload(props: { unitId: string; version: string }) {
  const t = useTranslations('versions');
  const trpc = useTRPC();
  const version = useQuery(trpc.versions.get.queryOptions(props));
  if (version.isError) return <Problem title={t('payloadUnread')}>{errorText(version.error)}</Problem>;
  if (!version.data) return <Skeleton height={200} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable to be scrolled with keys.
    <pre className={classes.payload} tabIndex={0}>
      {laidOut(version.data.payload)}
    </pre>
  );
}
