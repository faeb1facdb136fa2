'use client';

import { Group, Text } from '@mantine/core';
import { Check, EqualNot, WifiOff } from 'lucide-react';
import Link from 'next/link';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { errorText, useTRPC } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { useSay } from '@/components/i18n/said';
import { useRoleRefusal } from '@/components/session/role';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';
import classes from './drift.module.css';
import { differs } from './drift-mark';

type Tenant = Outputs['tenants']['get'];
type Drifted = NonNullable<Tenant['units'][number]['drift']>;
type Finding = Drifted['instances'][number];
type Row = { unitId: string; version: string; drift: Drifted; finding: Finding };

/** What each instance of a tenant said when it was last asked, beside what is on record. */
export function Drift({ tenant }: { tenant: Pick<Tenant, 'tenantId' | 'units' | 'busyIn'> }) {
  const t = useTranslations('tenants.drift');
  const trpc = useTRPC();
  const say = useSay();
  const mayNot = useRoleRefusal();
  const { get, list, counts, checkDrift, reconcile } = trpc.tenants;
  const check = useChange(checkDrift.mutationOptions(), [
    get.pathFilter(),
    list.pathFilter(),
    counts.pathFilter(),
  ]);
  const again = useChange(reconcile.mutationOptions(), [get.pathFilter()]);
  const { tenantId, units, busyIn } = tenant;
  const checked = units.flatMap((unit) => (unit.drift ? [{ ...unit, drift: unit.drift }] : []));
  const refusal = mayNot ?? (busyIn ? t('busy', { plan: busyIn }) : null);
  const rows = useMemo(
    (): Row[] =>
      units.flatMap(({ unitId, unitName, current, drift }) =>
        (drift?.instances ?? []).flatMap((finding) =>
          drift ? [{ unitId, version: `${unitName} ${current}`, drift, finding }] : [],
        ),
      ),
    [units],
  );
  const columns = useMemo(
    (): Column<Row>[] => [
      {
        id: 'instance',
        name: t('instance'),
        fixed: true,
        value: ({ finding }) => finding.instance,
        cell: ({ finding }) => <b>{finding.instance}</b>,
      },
      { id: 'state', name: t('state'), cell: (row) => <State {...row} /> },
      {
        id: 'said',
        name: t('said'),
        value: ({ finding }) => say(finding.detail),
        cell: ({ finding }) => say(finding.detail),
      },
      {
        id: 'onRecord',
        name: t('onRecord'),
        value: ({ version }) => version,
        cell: ({ version }) => version,
      },
      {
        id: 'checked',
        name: t('checked'),
        value: ({ drift }) => new Date(drift.checkedAt),
        cell: ({ drift }) => <RelativeTime at={drift.checkedAt} />,
      },
    ],
    [t, say],
  );
  return (
    <div>
      <Section
        title={t('title')}
        about={t('about')}
        action={
          <Group gap="xs">
            <ActionButton
              variant="default"
              size="xs"
              refusal={refusal}
              loading={check.isPending}
              onClick={() => check.mutate({ tenantIds: [tenantId] })}
            >
              {t('check')}
            </ActionButton>
            {checked
              .filter(({ drift }) => drift.drifted)
              .map(({ unitId, unitName, current }) => (
                <ActionButton
                  key={unitId}
                  variant="default"
                  size="xs"
                  refusal={refusal}
                  loading={again.isPending}
                  onClick={() =>
                    again.mutate({
                      unitId,
                      tenantIds: [tenantId],
                      reason: t('reason'),
                      requestId: newRequestId(),
                    })
                  }
                >
                  {t('again', { version: `${unitName} ${current}` })}
                </ActionButton>
              ))}
          </Group>
        }
      >
        <DataTable
          name="drift"
          label={t('title')}
          columns={columns}
          rows={rows}
          keyOf={({ unitId, finding }) => `${unitId} ${finding.instance}`}
          empty={t('none')}
        />
      </Section>
      {checked.some(({ drift }) => otherConfig(drift)) && (
        <Problem kind="warning" title={t('otherTitle')}>
          {t('otherBody')}
        </Problem>
      )}
      {again.error && <Problem title={t('notSent')}>{errorText(again.error)}</Problem>}
      {again.data?.plans.map(({ planId, version, waitsForApproval }) => (
        <Text key={planId} role="status" mt="xs">
          {t.rich(waitsForApproval ? 'waits' : 'sent', {
            version,
            plan: () => <Link href={`/plans/${planId}`}>{planId}</Link>,
          })}
        </Text>
      ))}
      {check.error && <Problem title={t('notChecked')}>{errorText(check.error)}</Problem>}
      {check.data && !check.isPending && (
        <Text role="status" mt="xs" c="dimmed">
          <Outcome records={check.data} />
        </Text>
      )}
    </div>
  );
}

function State({ finding, drift }: Pick<Row, 'finding' | 'drift'>) {
  const t = useTranslations('tenants.drift');
  if (finding.observed === null)
    return (
      <span className={classes.state}>
        <WifiOff size={15} aria-hidden="true" /> {t('silent')}
      </span>
    );
  if (differs(finding))
    return (
      <span className={classes.drifted}>
        <EqualNot size={14} aria-hidden="true" /> {t('drifted')}
      </span>
    );
  return (
    <span className={classes.state}>
      <Check size={15} aria-hidden="true" /> {t(otherConfig(drift) ? 'versionFits' : 'fits')}
    </span>
  );
}

/** The server compares configurations too, but does not tell which instance has another. */
function otherConfig({ drifted, instances }: Drifted): boolean {
  return drifted && !instances.some(differs);
}

function Outcome({ records }: { records: Outputs['tenants']['checkDrift'] }) {
  const t = useTranslations('tenants.drift.outcome');
  if (records.length === 0) return t('none');
  const instances = records.flatMap((record) => record.instances);
  const silent = instances.filter(({ observed }) => observed === null).length;
  const drifted = instances.filter(differs).length;
  const asked = instances.length;
  if (drifted > 0) return t('drifted', { asked, count: drifted });
  if (records.some((record) => record.drifted)) return t('config', { asked });
  return silent > 0 ? t('silent', { asked, count: silent }) : t('fits', { asked });
}
