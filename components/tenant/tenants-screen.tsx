'use client';

import { Button, Skeleton, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { EqualNot, Plus, Search, Upload } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { parseAsArrayOf, parseAsBoolean, parseAsString, useQueryStates } from 'nuqs';
import { useMemo, useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { Problem } from '@/components/new-plan/problem';
import { tenants as countTenants } from '@/components/plans/plan-row';
import { usePlansNews } from '@/components/plans/plans-news';
import { useRoleRefusal } from '@/components/shell/role';
import { ActionButton } from '@/components/ui/action-button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import type { Outputs } from '@/server/api/router';
import { DriftMark, isDrifted } from './drift-mark';
import { hasLabels, LabelFilter } from './label-filter';
import { labelText } from './label-text';
import classes from './tenant-table.module.css';
import { VirtualRows } from './virtual-rows';

const AddTenantDialog = dynamic(() => import('./add-tenant-dialog').then((module) => module.AddTenantDialog));
const ImportDialog = dynamic(() => import('./import-dialog').then((module) => module.ImportDialog));

type TenantItem = Outputs['tenants']['list'][number];

/** As many as the server lists at once. */
const LIST_LIMIT = 10_000;

/** Every tenant with what it runs, and the ways to add more. */
export function TenantsScreen() {
  const trpc = useTRPC();
  usePlansNews(trpc.tenants.list.pathFilter());
  const list = useQuery(trpc.tenants.list.queryOptions({ limit: LIST_LIMIT }));
  const [filter, setFilter] = useQueryStates({
    q: parseAsString.withDefault(''),
    label: parseAsArrayOf(parseAsString).withDefault([]),
    drifted: parseAsBoolean.withDefault(false),
  });
  const [dialog, setDialog] = useState<'import' | 'add' | null>(null);
  const [q] = useDebouncedValue(filter.q.trim().toLowerCase(), 100);
  const all = list.data ?? [];
  const drifted = useMemo(() => (list.data ?? []).filter(isDrifted).length, [list.data]);
  const shown = useMemo(
    () =>
      (list.data ?? []).filter(
        (one) =>
          (one.tenantId.toLowerCase().includes(q) || one.name.toLowerCase().includes(q)) &&
          hasLabels(one.labels, filter.label) &&
          (!filter.drifted || isDrifted(one)),
      ),
    [list.data, q, filter.label, filter.drifted],
  );
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
      <ActionButton
        refusal={refusal}
        leftSection={<Plus size={16} aria-hidden="true" />}
        onClick={() => setDialog('add')}
      >
        Add tenant
      </ActionButton>
    </>
  );
  return (
    <>
      <PageHeader
        title="Tenants"
        below={all.length > 0 && counted(shown.length, all.length)}
        actions={all.length > 0 && buttons}
      />
      {list.isError && <Problem title="The tenants could not be read">{errorText(list.error)}</Problem>}
      {list.isPending && <Skeleton height={320} radius="md" />}
      {list.isSuccess && all.length === 0 && (
        <EmptyState title="No tenants yet" actions={buttons}>
          A tenant is somebody you serve: an id, the instances that serve it, and labels to choose it by. Add
          one, or import all of them from a CSV or JSON file.
        </EmptyState>
      )}
      {all.length > 0 && (
        <>
          <search className={classes.filters}>
            <TextInput
              className={classes.search}
              aria-label="Search tenants"
              placeholder="Search id or name"
              leftSection={<Search size={15} aria-hidden="true" />}
              value={filter.q}
              onChange={(event) => setFilter({ q: event.currentTarget.value || null })}
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
          </search>
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
            >
              {(one) => <Row tenant={one} />}
            </VirtualRows>
          )}
        </>
      )}
      {dialog === 'import' && <ImportDialog opened onClose={() => setDialog(null)} />}
      {dialog === 'add' && <AddTenantDialog opened onClose={() => setDialog(null)} />}
    </>
  );
}

function counted(shown: number, all: number): string {
  // More may exist than the server lists at once; filters see only these.
  if (all === LIST_LIMIT) return `${shown.toLocaleString('en')} of the first ${countTenants(all)}`;
  return shown === all ? countTenants(all) : `${shown.toLocaleString('en')} of ${countTenants(all)}`;
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
