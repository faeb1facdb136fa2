'use client';

import Link from 'next/link';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Column } from '@/components/table/columns';
import { labelText } from '@/components/table/label-text';
import { NameAndMore } from '@/components/table/name-and-more';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';
import { DriftMark, isDrifted } from './drift-mark';
import { knownGood } from './known-good';
import classes from './tenants.module.css';

export type TenantItem = Outputs['tenants']['list']['items'][number];

/** What the list of tenants tells of each. */
export function useTenantColumns(): readonly Column<TenantItem>[] {
  const t = useTranslations('tenants');
  const known = useTranslations('tenants.known');
  return useMemo(
    (): Column<TenantItem>[] => [
      {
        id: 'tenantId',
        name: t('columns.tenant'),
        fixed: true,
        track: 'minmax(0, 1.4fr)',
        value: ({ tenantId }) => tenantId,
        cell: ({ tenantId, name }) => (
          <NameAndMore
            name={
              <Link href={`/tenants/${tenantId}`} className={classes.id}>
                {tenantId}
              </Link>
            }
            more={name !== tenantId && name}
          />
        ),
      },
      {
        id: 'name',
        name: t('columns.name'),
        spare: true,
        value: ({ name }) => name,
        cell: ({ name }) => name,
      },
      {
        id: 'labels',
        name: t('columns.labels'),
        track: 'minmax(0, 1.4fr)',
        value: ({ labels }) => labelText(labels),
        cell: ({ labels }) => (
          <span className={classes.small} title={labelText(labels)}>
            {labelText(labels) || '–'}
          </span>
        ),
      },
      {
        id: 'endpoints',
        name: t('columns.instances'),
        track: '88px',
        wide: true,
        value: ({ endpoints }) => endpoints.length,
        cell: ({ endpoints }) => <span className={classes.small}>{endpoints.length}</span>,
      },
      {
        id: 'runs',
        name: t('columns.runs'),
        track: 'minmax(0, 1.5fr)',
        value: ({ units }) => units.map(({ unitName, current }) => `${unitName} ${current}`).join(', '),
        cell: ({ units }) =>
          units.length === 0 ? (
            <span className={classes.small}>{t('nothingOnRecord')}</span>
          ) : (
            units.map((unit) => (
              <div key={unit.unitId}>
                {unit.unitName} {unit.current} <span className={classes.small}>{knownGood(known, unit)}</span>
              </div>
            ))
          ),
      },
      {
        id: 'drift',
        name: t('columns.drift'),
        track: '104px',
        value: (tenant) => (isDrifted(tenant) ? t('drift.drifted') : ''),
        cell: (tenant) => isDrifted(tenant) && <DriftMark tenant={tenant} />,
      },
      {
        id: 'updatedAt',
        name: t('columns.changed'),
        track: '110px',
        spare: true,
        value: ({ updatedAt }) => updatedAt,
        cell: ({ updatedAt }) => (
          <span className={classes.small}>
            <RelativeTime at={updatedAt} />
          </span>
        ),
      },
      {
        id: 'busyIn',
        name: t('columns.busyIn'),
        track: 'minmax(0, 0.9fr)',
        value: ({ busyIn }) => busyIn,
        cell: ({ busyIn }) =>
          busyIn && (
            <Link href={`/plans/${busyIn}`} className={classes.busy}>
              {busyIn}
            </Link>
          ),
      },
    ],
    [t, known],
  );
}
