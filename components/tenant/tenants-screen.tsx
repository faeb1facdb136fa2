'use client';

import { Button, Skeleton, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { EqualNot, Upload } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { parseAsArrayOf, parseAsBoolean, parseAsString, useQueryStates } from 'nuqs';
import { useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { usePlansNews } from '@/components/live/plans-news';
import { useRoleRefusal } from '@/components/session/role';
import { Filters, SearchField } from '@/components/table/filters';
import { LabelFilter, labelsOf } from '@/components/table/label-filter';
import { labelText } from '@/components/table/label-text';
import classes from '@/components/table/tenant-table.module.css';
import { VirtualRows } from '@/components/table/virtual-rows';
import { ActionButton } from '@/components/ui/action-button';
import { AddButton } from '@/components/ui/add-button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { ShowMore } from '@/components/ui/show-more';
import { tenants as countTenants } from '@/components/ui/tenant-count';
import type { Outputs } from '@/server/api/router';
import { DriftMark, isDrifted } from './drift-mark';

const AddTenantDialog = dynamic(() => import('./add-tenant-dialog').then((module) => module.AddTenantDialog));
const ImportDialog = dynamic(() => import('./import-dialog').then((module) => module.ImportDialog));

type TenantItem = Outputs['tenants']['list']['items'][number];

const PAGE = 1000;

/** Every tenant with what it runs, and the ways to add more. */
export function TenantsScreen() {
  const trpc = useTRPC();
  usePlansNews(trpc.tenants.list.pathFilter());
  usePlansNews(trpc.tenants.counts.pathFilter());
  const [filter, setFilter] = useQueryStates({
    q: parseAsString.withDefault(''),
    label: parseAsArrayOf(parseAsString).withDefault([]),
    drifted: parseAsBoolean.withDefault(false),
  });
  const [dialog, setDialog] = useState<'import' | 'add' | null>(null);
  const [q] = useDebouncedValue(filter.q.trim(), 200);
  const counts = useQuery(trpc.tenants.counts.queryOptions());
  const list = useInfiniteQuery(
    trpc.tenants.list.infiniteQueryOptions(
      {
        limit: PAGE,
        q: q || undefined,
        labels: labelsOf(filter.label),
        drifted: filter.drifted || undefined,
      },
      { placeholderData: keepPreviousData, getNextPageParam: nextOf },
    ),
  );
  const listed = useListed(list, (one) => one.tenantId);
  const shown = listed.items;
  const { total: all = 0, drifted = 0 } = counts.data ?? {};
  const failed = list.error ?? counts.error;
  const refusal = useRoleRefusal();
  const buttons = (
    <>
      <ActionButton
        refusal={refusal}
        variant="default"
        leftSection={<Upload size={15} aria-hidden="true" />}
        onClick={() => setDialog('import')}
      >
        Import tenants
      </ActionButton>
      <AddButton refusal={refusal} onClick={() => setDialog('add')}>
        Add tenant
      </AddButton>
    </>
  );
  return (
    <>
      <PageHeader
        title="Tenants"
        below={all > 0 && counted(listed.total ?? all, all)}
        actions={all > 0 && buttons}
      />
      {failed && <Problem title="The tenants could not be read">{errorText(failed)}</Problem>}
      {(list.isPending || counts.isPending) && !failed && <Skeleton height={320} radius="md" />}
      {counts.isSuccess && all === 0 && (
        <EmptyState title="No tenants yet" actions={buttons}>
          A tenant is somebody you serve: an id, the instances that serve it, and labels to choose it by. Add
          one, or import all of them from a CSV or JSON file.
        </EmptyState>
      )}
      {all > 0 && list.isSuccess && (
        <>
          <Filters>
            <SearchField
              label="Search tenants"
              placeholder="Search id or name"
              value={filter.q}
              onChange={(words) => setFilter({ q: words || null })}
            />
            <LabelFilter
              value={filter.label}
              onChange={(label) => setFilter({ label: label.length > 0 ? label : null })}
            />
            {(drifted > 0 || filter.drifted) && (
              <Button
                variant={filter.drifted ? 'filled' : 'default'}
                aria-pressed={filter.drifted}
                leftSection={<EqualNot size={15} aria-hidden="true" />}
                onClick={() => setFilter({ drifted: filter.drifted ? null : true })}
              >
                Drifted only ({drifted.toLocaleString('en')})
              </Button>
            )}
          </Filters>
          <div className={classes.head} aria-hidden="true">
            <span>Tenant</span>
            <span>Labels</span>
            <span>Instances</span>
            <span>Runs</span>
            <span>Drift</span>
            <span>Busy in</span>
          </div>
          {shown.length === 0 ? (
            <Text c="dimmed" py="xl" ta="center">
              {filter.drifted && drifted === 0 ? 'No tenant is drifted.' : 'No tenant matches this filter.'}
            </Text>
          ) : (
            <VirtualRows
              label="Tenants"
              items={shown}
              rowHeight={54}
              maxHeight="calc(100dvh - 260px)"
              keyOf={(one) => one.tenantId}
              total={listed.total}
              onEnd={listed.failed ? null : listed.more}
            >
              {(one) => <Row tenant={one} />}
            </VirtualRows>
          )}
          <ShowMore list={listed} what="tenants" />
        </>
      )}
      {dialog === 'import' && <ImportDialog onClose={() => setDialog(null)} />}
      {dialog === 'add' && <AddTenantDialog onClose={() => setDialog(null)} />}
    </>
  );
}

function counted(fitting: number, all: number): string {
  return fitting === all ? countTenants(all) : `${fitting.toLocaleString('en')} of ${countTenants(all)}`;
}

function Row({ tenant }: { tenant: TenantItem }) {
  const { endpoints, units } = tenant;
  return (
    <div className={classes.row}>
      <div className={classes.cut}>
        <Link href={`/tenants/${tenant.tenantId}`} className={classes.id}>
          {tenant.tenantId}
        </Link>
        {tenant.name !== tenant.tenantId && (
          <div className={`${classes.small} ${classes.cut}`}>{tenant.name}</div>
        )}
      </div>
      <div className={`${classes.cut} ${classes.small} ${classes.wideOnly}`} title={labelText(tenant.labels)}>
        {labelText(tenant.labels) || '–'}
      </div>
      <div className={`${classes.small} ${classes.wideOnly}`}>{endpoints.length}</div>
      <div className={classes.cut}>
        {units.length === 0 && <span className={classes.small}>Nothing on record</span>}
        {units.map((unit) => (
          <div key={unit.unitId} className={classes.cut}>
            {unit.unitName} {unit.current}
            <span className={classes.small}> {knownGood(unit)}</span>
          </div>
        ))}
      </div>
      <div className={classes.drift}>{isDrifted(tenant) && <DriftMark tenant={tenant} />}</div>
      <div className={classes.wideOnly}>
        {tenant.busyIn && (
          <Link href={`/plans/${tenant.busyIn}`} className={classes.busy}>
            {tenant.busyIn}
          </Link>
        )}
      </div>
    </div>
  );
}

/** What a rollback would go back to, if it is not simply what runs. */
export function knownGood(unit: { current: string; lastKnownGood: string | null }): string {
  if (unit.lastKnownGood === null) return 'not verified';
  return unit.lastKnownGood === unit.current ? 'good' : `last good ${unit.lastKnownGood}`;
}
