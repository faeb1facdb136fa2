'use client';

import { NativeSelect, Skeleton } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { parseAsString, useQueryStates } from 'nuqs';
import { useCallback, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText } from '@/components/api/client';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkAction } from '@/components/ui/link-action';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import type { FleetTenant } from '@/domain/view/fleet-view';
import type { Outputs } from '@/server/api/router';
import classes from './fleet.module.css';
import { FleetCards } from './fleet-cards';
import { groupingOf, groupingText, groupTenants, labelKeys } from './fleet-groups';
import { kindsOf } from './fleet-looks';
import { FleetMap } from './fleet-map';
import { FleetSelection } from './fleet-selection';
import { Legend } from './legend';
import { useFleet, useFleetOverview } from './use-fleet';

/** The first screen: every tenant at a glance, and what goes on. */
export function FleetScreen() {
  const t = useTranslations('fleet');
  const [{ unit }] = useAddress();
  const { map, tenants } = useFleet(unit);
  const overview = useFleetOverview();
  const failed = map.error ?? overview.error;
  if (map.isSuccess && tenants.length === 0) return <NoTenants />;
  const unitName = map.data?.units.find(({ unitId }) => unitId === map.data.unitId)?.name ?? '';
  return (
    <>
      <PageHeader
        title={t('title')}
        below={map.isSuccess && t('below', { count: tenants.length, unit: unitName })}
        actions={
          <LinkAction
            variant="default"
            href={`/fleet/instances${map.data?.unitId ? `?unit=${encodeURIComponent(map.data.unitId)}` : ''}`}
          >
            {t('instances')}
          </LinkAction>
        }
      />
      {failed && <Problem title={t('unreadable')}>{errorText(failed)}</Problem>}
      <div className={classes.screen}>
        {map.data ? (
          <Whole map={map.data} tenants={tenants} />
        ) : (
          !map.isError && <Skeleton height={480} radius="md" aria-label={t('reading')} aria-busy="true" />
        )}
        {overview.data ? (
          <FleetCards overview={overview.data} />
        ) : (
          !overview.isError && <Skeleton height={320} radius="md" />
        )}
      </div>
    </>
  );
}

/** Which unit is shown and how it is grouped: kept in the address. */
function useAddress() {
  return useQueryStates({ unit: parseAsString, group: parseAsString.withDefault('version') });
}

const NONE: ReadonlySet<never> = new Set();

function Whole({ map, tenants }: { map: Outputs['fleet']['map']; tenants: readonly FleetTenant[] }) {
  const t = useTranslations('fleet');
  const router = useRouter();
  const [address, setAddress] = useAddress();
  // By id: their places change when the list is read again.
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(NONE);
  const [shown, setShown] = useState<ReadonlySet<string>>(NONE);
  const { versions } = map;
  const grouping = useMemo(() => groupingOf(address.group), [address.group]);
  const groups = useMemo(
    () =>
      groupTenants(tenants, grouping, versions, {
        state: (state) => t(`state.${state}`),
        without: (key) => t('without', { key }),
        others: t('others'),
        noVersion: t('state.none'),
        unknown: t('state.unknown'),
      }),
    [tenants, grouping, versions, t],
  );
  const { kinds, kindOf } = useMemo(() => kindsOf(tenants, versions), [tenants, versions]);
  const looks = useMemo(() => new Map(kinds.map(({ key, look }) => [key, look])), [kinds]);
  const frozen = useMemo(() => tenants.filter((tenant) => tenant.frozen !== null).length, [tenants]);
  const chosen = useMemo(
    () =>
      new Set(
        chosenIds.size === 0
          ? []
          : tenants.flatMap(({ tenantId }, at) => (chosenIds.has(tenantId) ? at : [])),
      ),
    [tenants, chosenIds],
  );
  const cellOf = useCallback(
    (index: number) => {
      const tenant = tenants[index];
      const kind = tenant ? kindOf(tenant) : '';
      return {
        look: looks.get(kind) ?? { tone: 'grey' as const, pattern: 'faint' as const },
        frozen: tenant?.frozen != null,
        dimmed: shown.size > 0 && !shown.has(kind) && !chosen.has(index),
        chosen: chosen.has(index),
      };
    },
    [tenants, kindOf, looks, shown, chosen],
  );
  const choose = useCallback(
    (places: ReadonlySet<number>) =>
      setChosenIds(new Set([...places].flatMap((place) => tenants[place]?.tenantId ?? []))),
    [tenants],
  );
  const open = useCallback(
    ({ tenantId }: FleetTenant) => router.push(`/tenants/${encodeURIComponent(tenantId)}`),
    [router],
  );
  const whole = groups.find(
    ({ members }) => members.length === chosen.size && members.every((member) => chosen.has(member)),
  );
  return (
    <div className={classes.whole}>
      <div className={classes.controls}>
        {map.units.length > 1 && (
          <NativeSelect
            size="xs"
            label={t('unit')}
            value={map.unitId ?? ''}
            onChange={(event) => void setAddress({ unit: event.currentTarget.value })}
            data={map.units.map(({ unitId, name }) => ({ value: unitId, label: name }))}
          />
        )}
        <NativeSelect
          size="xs"
          label={t('group')}
          value={address.group}
          onChange={(event) => void setAddress({ group: event.currentTarget.value })}
          data={[
            { value: 'version', label: t('byVersion') },
            { value: 'state', label: t('byState') },
            ...labelKeys(tenants).map((key) => ({ value: groupingText({ by: 'label', key }), label: key })),
          ]}
        />
        <Legend kinds={kinds} frozen={frozen} shown={shown} onShow={setShown} />
      </div>
      <FleetMap
        tenants={tenants}
        groups={groups}
        cellOf={cellOf}
        chosen={chosen}
        onChoose={choose}
        onOpen={open}
      />
      {chosen.size > 0 && (
        <FleetSelection
          tenantIds={[...chosenIds]}
          group={whole}
          grouping={grouping}
          onClear={() => setChosenIds(NONE)}
        />
      )}
    </div>
  );
}

function NoTenants() {
  const t = useTranslations('fleet.empty');
  return (
    <EmptyState
      title={t('title')}
      heading={1}
      actions={
        <>
          <LinkAction href="/tenants">{t('tenants')}</LinkAction>
          <LinkAction href="/versions" variant="default">
            {t('versions')}
          </LinkAction>
        </>
      }
    >
      {t('body')}
    </EmptyState>
  );
}
