'use client';

import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { EqualNot, Upload } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { parseAsArrayOf, parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { usePlansNews } from '@/components/live/plans-news';
import { useRoleRefusal } from '@/components/session/role';
import { DataTable } from '@/components/table/data-table';
import { Filters, SearchField } from '@/components/table/filters';
import { LabelFilter, labelsOf } from '@/components/table/label-filter';
import { ActionButton } from '@/components/ui/action-button';
import { AddButton } from '@/components/ui/add-button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { ALL_MATCHING, type Chosen, extentOf, isChosen, NONE_CHOSEN, toggled } from './chosen';
import { useTenantColumns } from './tenant-columns';
import { TenantSelection } from './tenant-selection';
import { versionFilter } from './version-address';
import { VersionFilter } from './version-filter';

const TenantDialog = dynamic(() => import('./tenant-dialog').then((module) => module.TenantDialog));
const ImportDialog = dynamic(() => import('./import-dialog').then((module) => module.ImportDialog));

const PAGE = 200;
/** What the server can sort by. */
const SORTS = ['tenantId', 'name', 'endpoints', 'updatedAt'] as const;

/** Every tenant with what it runs, and the ways to add more and to change many. */
export function TenantsScreen() {
  const t = useTranslations('tenants');
  const trpc = useTRPC();
  const router = useRouter();
  usePlansNews(trpc.tenants.list.pathFilter());
  usePlansNews(trpc.tenants.counts.pathFilter());
  const [asked, ask] = useQueryStates({
    q: parseAsString.withDefault(''),
    label: parseAsArrayOf(parseAsString).withDefault([]),
    version: parseAsString.withDefault(''),
    drifted: parseAsBoolean.withDefault(false),
    sort: parseAsStringLiteral(SORTS),
    descending: parseAsBoolean.withDefault(false),
  });
  const [dialog, setDialog] = useState<'import' | 'add' | null>(null);
  const [q] = useDebouncedValue(asked.q.trim(), 200);
  const filter = {
    q: q || undefined,
    labels: labelsOf(asked.label),
    drifted: asked.drifted || undefined,
    ...versionFilter(asked.version),
  };
  const counts = useQuery(trpc.tenants.counts.queryOptions());
  const sort = asked.sort ? { by: asked.sort, descending: asked.descending } : undefined;
  const list = useInfiniteQuery(
    trpc.tenants.list.infiniteQueryOptions(
      { limit: PAGE, ...filter, sort },
      { placeholderData: keepPreviousData, getNextPageParam: nextOf },
    ),
  );
  const listed = useListed(list, (one) => one.tenantId);
  const { total: all = 0, drifted = 0 } = counts.data ?? {};
  const matching = listed.total ?? all;
  const [chosen, setChosen] = useChosen(JSON.stringify(filter));
  const columns = useTenantColumns();
  const failed = list.error ?? counts.error;
  const refusal = useRoleRefusal();
  const pending = list.isPending || counts.isPending;
  const buttons = (
    <>
      <ActionButton
        refusal={refusal}
        variant="default"
        leftSection={<Upload size={15} aria-hidden="true" />}
        onClick={() => setDialog('import')}
      >
        {t('import')}
      </ActionButton>
      <AddButton refusal={refusal} onClick={() => setDialog('add')}>
        {t('add')}
      </AddButton>
    </>
  );
  return (
    <>
      <PageHeader
        title={t('title')}
        below={
          all > 0 && (matching === all ? t('count', { count: all }) : t('part', { fitting: matching, all }))
        }
        actions={all > 0 && buttons}
      />
      {failed && <Problem title={t('unread')}>{errorText(failed)}</Problem>}
      {counts.isSuccess && all === 0 && (
        <EmptyState title={t('none.title')} actions={buttons}>
          {t('none.body')}
        </EmptyState>
      )}
      {!failed && (pending || all > 0) && (
        <>
          <Filters>
            <SearchField
              label={t('filter.search')}
              placeholder={t('filter.searchHint')}
              value={asked.q}
              onChange={(words) => ask({ q: words || null })}
            />
            <LabelFilter
              value={asked.label}
              onChange={(label) => ask({ label: label.length > 0 ? label : null })}
            />
            <VersionFilter
              value={asked.version}
              all={all}
              onChange={(version) => ask({ version: version || null })}
            />
            {(drifted > 0 || asked.drifted) && (
              <Button
                variant={asked.drifted ? 'filled' : 'default'}
                aria-pressed={asked.drifted}
                leftSection={<EqualNot size={15} aria-hidden="true" />}
                onClick={() => ask({ drifted: asked.drifted ? null : true })}
              >
                {t('filter.drifted', { count: drifted })}
              </Button>
            )}
          </Filters>
          <DataTable
            name="tenants"
            label={t('title')}
            columns={columns}
            rows={listed.items}
            keyOf={({ tenantId }) => tenantId}
            pending={pending}
            empty={t(asked.drifted && drifted === 0 ? 'none.drifted' : 'none.fits')}
            onOpen={({ tenantId }) => router.push(`/tenants/${tenantId}`)}
            maxHeight="calc(100dvh - 210px)"
            more={{ list: listed, what: t('what') }}
            serverSort={{
              columns: SORTS,
              now: asked.sort ? { id: asked.sort, descending: asked.descending } : null,
              onChange: (next) =>
                void ask({
                  sort: SORTS.find((one) => one === next?.id) ?? null,
                  descending: next?.descending || null,
                }),
            }}
            selection={{
              chosen: ({ tenantId }) => isChosen(chosen, tenantId),
              toggle: ({ tenantId }) => setChosen(toggled(chosen, tenantId)),
              extent: extentOf(chosen, matching),
              toggleAll: () => setChosen(extentOf(chosen, matching) === 'all' ? NONE_CHOSEN : ALL_MATCHING),
              nameOf: ({ tenantId }) => tenantId,
            }}
          />
          <TenantSelection chosen={chosen} onChange={setChosen} filter={filter} matching={matching} />
        </>
      )}
      {dialog === 'import' && <ImportDialog onClose={() => setDialog(null)} />}
      {dialog === 'add' && <TenantDialog tenant={null} onClose={() => setDialog(null)} />}
    </>
  );
}

/** What is chosen. All that match a filter are not those that match another one; what was chosen by name stays. */
function useChosen(filter: string): [Chosen, (chosen: Chosen) => void] {
  const [{ chosen, of }, set] = useState({ chosen: NONE_CHOSEN, of: filter });
  const holds = chosen.kind === 'some' || of === filter;
  return [holds ? chosen : NONE_CHOSEN, (next) => set({ chosen: next, of: filter })];
}
