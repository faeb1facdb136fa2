'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { Section } from '@/components/table/section';
import type { Outputs } from '@/server/api/router';
import { knownGood } from './known-good';

type Tenant = Outputs['tenants']['get'];
type Unit = Tenant['units'][number];
type Endpoint = Tenant['endpoints'][number];
type Variable = [name: string, value: string];

/** What a tenant runs, where it is, and what steps know of it. */
export function TenantFacts({ tenant }: { tenant: Tenant }) {
  const t = useTranslations('tenants.one');
  const known = useTranslations('tenants.known');
  const units = useMemo(
    (): Column<Unit>[] => [
      { id: 'unit', name: t('unit'), fixed: true, value: nameOf, cell: nameOf },
      {
        id: 'runs',
        name: t('runs'),
        value: ({ current }) => current,
        cell: ({ current }) => <b>{current}</b>,
      },
      {
        id: 'lastGood',
        name: t('lastGood'),
        value: ({ lastKnownGood }) => lastKnownGood,
        cell: ({ lastKnownGood }) => lastKnownGood ?? '–',
      },
      { id: 'verified', name: t('verified'), cell: (unit) => knownGood(known, unit) },
    ],
    [t, known],
  );
  const endpoints = useMemo(
    (): Column<Endpoint>[] => [
      {
        id: 'key',
        name: t('instance'),
        fixed: true,
        value: ({ key }) => key,
        cell: ({ key }) => <b>{key}</b>,
      },
      { id: 'url', name: t('address'), value: ({ url }) => url, cell: ({ url }) => url },
      {
        id: 'health',
        name: t('health'),
        value: ({ healthUrl }) => healthUrl ?? null,
        cell: ({ healthUrl }) => healthUrl ?? t('asPlaybook'),
      },
    ],
    [t],
  );
  const variables = useMemo(
    (): Column<Variable>[] => [
      { id: 'name', name: t('name'), fixed: true, value: ([name]) => name, cell: ([name]) => <b>{name}</b> },
      {
        id: 'value',
        name: t('value'),
        track: 'minmax(0, 2fr)',
        value: ([, value]) => value,
        cell: ([, value]) => value,
      },
    ],
    [t],
  );
  const variableRows = useMemo(() => Object.entries(tenant.variables), [tenant.variables]);
  return (
    <>
      <Section title={t('versions')}>
        <DataTable
          name="tenant-versions"
          label={t('versions')}
          columns={units}
          rows={tenant.units}
          keyOf={({ unitId }) => unitId}
          empty={t('noVersions')}
        />
      </Section>
      <Section title={t('instances')}>
        <DataTable
          name="tenant-instances"
          label={t('instances')}
          columns={endpoints}
          rows={tenant.endpoints}
          keyOf={({ key }) => key}
          empty={t('noInstances')}
        />
      </Section>
      {variableRows.length > 0 && (
        <Section title={t('variables')} about={t('variablesAbout')}>
          <DataTable
            name="tenant-variables"
            label={t('variables')}
            columns={variables}
            rows={variableRows}
            keyOf={([name]) => name}
            empty={null}
          />
        </Section>
      )}
    </>
  );
}

const nameOf = ({ unitName }: Unit): string => unitName;
