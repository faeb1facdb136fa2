'use client';

import { NativeSelect, Skeleton, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useWhole } from '@/components/api/pages';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkAction } from '@/components/ui/link-action';
import { Problem } from '@/components/ui/problem';
import type { Draft } from './draft';
import classes from './new-plan.module.css';

const Changes = dynamic(() => import('./changes').then((module) => module.Changes), {
  loading: () => <Skeleton height={120} radius="md" />,
});

/** Step 2: what they are switched to, and what that changes for them. */
export function VersionStep(props: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { draft, change } = props;
  const t = useTranslations('newPlan.version');
  const trpc = useTRPC();
  const units = useInfiniteQuery(trpc.versions.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }));
  const all = useWhole(units) ?? [];
  const unit = all.find((one) => one.unitId === draft.unitId);
  const { unitId } = draft;
  const versions = useInfiniteQuery(
    trpc.versions.ofUnit.infiniteQueryOptions(
      { unitId, limit: 1000 },
      { enabled: unitId !== '', getNextPageParam: nextOf },
    ),
  );
  const every = useWhole(versions) ?? [];
  const failed = units.error ?? versions.error;
  const onlyUnit = all.length === 1 ? all[0]?.unitId : undefined;
  const onlyVersion = versions.isSuccess && every.length === 1 ? every[0]?.version : undefined;

  useEffect(() => {
    // Where there is one of them, there is nothing to decide.
    if (onlyUnit && draft.unitId !== onlyUnit) change({ unitId: onlyUnit, version: '' });
    else if (onlyVersion && draft.version !== onlyVersion) change({ version: onlyVersion });
  });

  if (failed) return <Problem title={t('unread')}>{errorText(failed)}</Problem>;
  if (units.isPending) return <Skeleton height={64} radius="md" />;
  if (all.length === 0) {
    return (
      <EmptyState title={t('none')} actions={<LinkAction href="/versions">{t('create')}</LinkAction>}>
        {t('noneHint')}
      </EmptyState>
    );
  }
  return (
    <Stack gap="lg">
      <div className={classes.fields}>
        <NativeSelect
          label={t('unit')}
          value={draft.unitId}
          onChange={(event) => change({ unitId: event.currentTarget.value, version: '' })}
          data={[
            { value: '', label: t('chooseUnit'), disabled: true },
            ...all.map((one) => ({ value: one.unitId, label: one.name })),
          ]}
        />
        <NativeSelect
          label={t('version')}
          value={draft.version}
          onChange={(event) => change({ version: event.currentTarget.value })}
          disabled={!unit}
          data={[
            { value: '', label: t('chooseVersion'), disabled: true },
            ...every.map((one) => ({
              value: one.version,
              label: `${one.version}${one.note ? ` – ${one.note}` : ''}`,
            })),
          ]}
        />
      </div>
      {unit && draft.version && <Changes draft={draft} />}
    </Stack>
  );
}
