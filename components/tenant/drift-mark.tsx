'use client';

import { Tooltip } from '@mantine/core';
import { EqualNot } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';
import classes from './drift.module.css';

type Tenant = Pick<Outputs['tenants']['list']['items'][number], 'tenantId' | 'units'>;
type Unit = Tenant['units'][number];
type Finding = NonNullable<Unit['drift']>['instances'][number];

/** Whether some instance runs something else than what is on record. */
export function isDrifted({ units }: Tenant): boolean {
  return units.some(({ drift }) => drift?.drifted);
}

export function differs({ observed, expected }: Finding): boolean {
  return observed !== null && observed !== expected;
}

/** "Drifted", as a way to the tenant; hovering or focusing it says which instance runs what, and who looked when. */
export function DriftMark({ tenant }: { tenant: Tenant }) {
  const t = useTranslations('tenants.drift');
  const drifted = tenant.units.flatMap((unit) =>
    unit.drift?.drifted ? [{ ...unit, drift: unit.drift }] : [],
  );
  const say = useSay();
  return (
    <Tooltip
      multiline
      maw={340}
      events={{ hover: true, focus: true, touch: true }}
      label={drifted.map(({ unitId, unitName, current, drift }) => (
        <div key={unitId}>
          {t('isOnRecord', { version: `${unitName} ${current}` })}
          {linesOf(drift.instances, t, say).map((line) => (
            <div key={line}>{line}</div>
          ))}
          {t('checkedAt')} <RelativeTime at={drift.checkedAt} />
        </div>
      ))}
    >
      <Link href={`/tenants/${tenant.tenantId}`} className={classes.drifted}>
        <EqualNot size={14} aria-hidden="true" />
        {t('drifted')}
      </Link>
    </Tooltip>
  );
}

const MOST_LINES = 5;

function linesOf(
  instances: Finding[],
  t: ReturnType<typeof useTranslations<'tenants.drift'>>,
  say: ReturnType<typeof useSay>,
): string[] {
  const lines = instances.filter(differs).map(({ instance, detail }) => `${instance} ${say(detail)}`);
  if (lines.length === 0) return [t('configDiffers')];
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), t('more', { count: more })] : lines;
}
