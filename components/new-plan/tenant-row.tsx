'use client';

import { Checkbox } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { labelText } from '@/components/table/label-text';
import table from '@/components/table/tenant-table.module.css';
import type { Outputs } from '@/server/api/router';

type TenantItem = Outputs['tenants']['list']['items'][number];

/** One tenant to take or to leave. */
export function TenantRow(props: {
  tenant: TenantItem;
  chosen: boolean;
  onChange: (wanted: boolean) => void;
}) {
  const { tenant } = props;
  const t = useTranslations('newPlan.tenants');
  const runs = tenant.units.map((unit) => `${unit.unitName} ${unit.current}`).join(' · ');
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the checkbox inside is its control.
    <label className={table.choice} data-chosen={props.chosen || undefined}>
      <Checkbox
        aria-label={tenant.tenantId}
        checked={props.chosen}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span className={table.cut}>
        <span className={table.id}>{tenant.tenantId}</span>{' '}
        {tenant.name !== tenant.tenantId && <span className={table.small}>{tenant.name}</span>}
      </span>
      <span className={`${table.cut} ${table.small} ${table.wideOnly}`}>{labelText(tenant.labels)}</span>
      <span className={`${table.cut} ${table.small}`}>
        {tenant.busyIn ? (
          <span className={table.busy}>{t('busyIn', { plan: tenant.busyIn })}</span>
        ) : (
          runs || t('nothingOnRecord')
        )}
      </span>
    </label>
  );
}
